import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PackageRegistry, startPackageRegistry } from './package-registry.js';
import { examplesFolder, runExample, runInit } from './run-example.js';

let registry: PackageRegistry;
beforeAll(async () => {
  const ofTheCommand = ['cli', 'docs', 'document', 'mock', 'token-server'];
  registry = await startPackageRegistry(['client', 'contract', 'signing', 'token-service', ...ofTheCommand]);
});
afterAll(() => registry?.[Symbol.asyncDispose]());

it('the example for Express runs from the packed packages; `npm run examples` runs all', async () => {
  const { failure, size } = await runExample('express', registry.url);
  expect(failure).toBeUndefined();
  expect(size?.packages).toBeGreaterThan(5);
});

it('what nexconn init writes for Express is installed and passes its test; `npm run examples` runs all', async () => {
  const { failure } = await runInit('express', registry.url);
  expect(failure).toBeUndefined();
});

it('what proves an example is the same text in all that have it', async () => {
  const files = readdirSync(examplesFolder).flatMap((name) =>
    ['check.js', 'check.mjs'].map((file) => join(examplesFolder, name, file)),
  );
  const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  expect(texts.length).toBeGreaterThan(5);
  expect(new Set(texts).size).toBe(1);
});

it.each([
  ['express/server.js', 8, [/ from 'express'/, / from '.\/log-in/, /= express\(/, /^app.use\(logIn/, /^app.listen\(/]],
  [
    'fastify/server.js',
    8,
    [/ from 'fastify'/, / from '.\/log-in/, /= fastify\(/, /^app.(decorateRequest|addHook)\(/, /app.listen\(/],
  ],
  ['next/app/access-token/route.ts', 10, []],
  ['cloudflare/functions/access-token.js', 10, []],
])('%s adds %i lines at most to those that every app has', (file, atMost, ofEveryApp) => {
  const lines = readFileSync(join(examplesFolder, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  for (const known of ofEveryApp) expect(lines.filter((line) => known.test(line))).not.toEqual([]);
  const ours = lines.filter((line) => !ofEveryApp.some((known) => known.test(line)));
  expect(ours.length).toBeLessThanOrEqual(atMost);
  // None of them does the work of several.
  for (const line of ours) expect(line.length).toBeLessThanOrEqual(120);
});
