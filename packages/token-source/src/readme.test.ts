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

it('guide and page of options name every export and every option', () => {
  // What is published, as a test of the reports has it: the sources may be printed anew, as in a mutation run.
  const api = readFileSync(new URL('../api/index.api.md', import.meta.url), 'utf8');
  const interfaces = (api.match(/^export interface .*?^}/gms) ?? []).join('\n');
  const options = [...interfaces.matchAll(/^ {4}readonly (\w+)\??:/gm)].map(([, name]) => name ?? '');
  expect(options).toContain('maxAttempts');
  const site = new URL('../../docs/site/', import.meta.url);
  const pages = ['guides/tokens-in-the-app.md', 'options.md'].map((page) => readFileSync(new URL(page, site), 'utf8'));
  const text = pages.join('\n');
  for (const name of [...Object.keys(tokenSource), ...options]) expect(text).toContain(name);
  for (const code of tokenSource.refreshCodes) expect(text).toContain(`${code}`);
});
