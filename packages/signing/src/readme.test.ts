import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as signing from './index.js';
import { SigningError } from './index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const example = /```ts\n(import .*?)```/s.exec(readme)?.[1] ?? '';
const AsyncFunction = (async () => {}).constructor as new (
  ...text: string[]
) => (...values: unknown[]) => Promise<void>;

/** Runs the example of the README with an environment and a fetch of the test's own. */
function runExample(env: Record<string, string>, fetch: typeof globalThis.fetch): Promise<void> {
  const body = example.replace(/^import (.*) from '@nexconn-kit\/signing';$/m, 'const $1 = signing;');
  const run = new AsyncFunction('signing', 'process', 'fetch', 'console', body);
  return run(signing, { env }, fetch, { log: () => {} });
}

it('the example of the README sends a request that verifies', async () => {
  const secret = 'Y1W2MeFwwwRxa0';
  const env = { NEXCONN_APP_KEY: 'k', NEXCONN_APP_SECRET: secret, NEXCONN_BASE_URL: 'http://127.0.0.1:4010' };
  const results: unknown[] = [];
  await runExample(env, async (input, init) => {
    const { headers } = new Request(input, init);
    results.push(signing.verifySignature(headers, { secretFor: () => secret }));
    return Response.json({ code: 0 });
  });
  expect(results).toEqual([{ ok: true, appKey: 'k' }]);
});

it('the example of the README names the credential that the environment lacks', async () => {
  const run = runExample({ NEXCONN_APP_KEY: 'k' }, async () => Response.json({}));
  await expect(run).rejects.toBeInstanceOf(SigningError);
  await expect(run).rejects.toMatchObject({ field: 'appSecret' });
});

it('the README names every export', () => {
  for (const name of Object.keys(signing)) expect(readme).toContain(name);
});
