import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { createNexconnClient } from '../src/index.js';
import { credentials, failureOf, request } from './support/make-client.js';
import { issued, json, startServer } from './support/start-server.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Loads the client from a bundle with undici in it, with another module in place of one of Node's. */
async function bundle(name: string, module: string, text: string): Promise<typeof createNexconnClient> {
  const [outfile, replaced] = [join(folder, `${name}.cjs`), join(folder, `${name}.js`)];
  await writeFile(replaced, text);
  await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    conditions: ['@nexconn-kit/source'],
    alias: { [module]: replaced },
    logLevel: 'error',
  });
  return createRequire(import.meta.url)(outfile).createNexconnClient;
}

it.each([
  ['empty', 'module.exports = {};'],
  ['missing', 'throw new Error("No such module: node:assert");'],
])('a bundle in which node:assert is %s is told as one, and not as a fault of the network', async (name, text) => {
  await using server = await startServer(json(200, issued));
  const create = await bundle(name, 'node:assert', text);
  const nexconn = create({ ...credentials, baseUrl: server.url, retry: { baseDelayMs: 1 } });
  const failure = await failureOf(nexconn.issueAccessToken(request));
  expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'fetch', retryable: false });
  expect(failure.attempts).toBeLessThanOrEqual(1);
  expect(failure.message).toMatch(/undici|bundle/);
  expect(failure.message).not.toMatch(/network/);
});
