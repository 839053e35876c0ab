import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PackageRegistry, startPackageRegistry } from './package-registry.js';
import { examplesFolder, runExample } from './run-example.js';

let registry: PackageRegistry;
beforeAll(async () => {
  registry = await startPackageRegistry(['client', 'contract', 'signing', 'token-service']);
});
afterAll(() => registry?.[Symbol.asyncDispose]());

it('the example for Express runs from the packed packages; `npm run examples` runs all', async () => {
  const { failure, size } = await runExample('express', registry.url);
  expect(failure).toBeUndefined();
  expect(size?.packages).toBeGreaterThan(5);
});

it('what proves an example is the same text in all that have it', async () => {
  const files = readdirSync(examplesFolder).flatMap((name) =>
    ['check.js', 'check.mjs'].map((file) => join(examplesFolder, name, file)),
  );
  const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  expect(texts.length).toBeGreaterThan(5);
  expect(new Set(texts).size).toBe(1);
});
