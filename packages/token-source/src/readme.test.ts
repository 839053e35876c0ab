import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeStorage } from '../test/support/make-source.js';
import * as tokenSource from './index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const example = /```js\n(import .*?)```/s.exec(readme)?.[1] ?? '';
const AsyncFunction = (async () => {}).constructor as new (
  ...text: string[]
) => (...values: unknown[]) => Promise<void>;

it('the example of the README connects, and forgets the token on log-out', async () => {
  const body = example
    .replace(/^import (.*) from '@nexconn-kit\/token-source';$/m, 'const $1 = tokenSource;')
    .replace("endpoint: '/access-token'", "endpoint: '/access-token', fetch");
  const connected: string[] = [];
  const said: string[] = [];
  const button: { onclick?: () => Promise<void> } = {};
  const localStorage = makeStorage();
  const run = new AsyncFunction(
    'tokenSource',
    'fetch',
    'localStorage',
    'NCEngine',
    'logOutButton',
    'session',
    'console',
    body,
  );
  await run(
    tokenSource,
    async () => Response.json({ userId: 'ada', accessToken: 'a', expiresInSeconds: null }),
    localStorage,
    {
      connect: async ({ token }: { token: string }) => {
        connected.push(token);
        return { code: 0 };
      },
    },
    button,
    { userId: 'ada' },
    { log: (text: string) => said.push(text) },
  );
  expect([connected, said, localStorage.entries.size]).toEqual([['a'], ['connected'], 1]);
  await button.onclick?.();
  expect([...localStorage.entries.keys()]).toEqual(['nexconn-token:ada.cleared']);
});

it('the README names every export, every option and every error', () => {
  const types = readFileSync(new URL('types.ts', import.meta.url), 'utf8');
  const errors = readFileSync(new URL('errors.ts', import.meta.url), 'utf8');
  const options = [...types.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name ?? '');
  const codes = [...errors.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code ?? '');
  expect(options).toContain('maxAttempts');
  expect(codes).toContain('LOGIN_REQUIRED');
  for (const name of [...Object.keys(tokenSource), ...options, ...codes]) expect(readme).toContain(name);
  for (const code of tokenSource.refreshCodes) expect(readme).toContain(`| ${code} |`);
});
