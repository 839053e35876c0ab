import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { codesOf, describeErrors, type ErrorExample, readEntries } from '../../../test/support/error-catalogue.js';
import { makeEnvironment } from '../test/support/make-environment.js';
import { makeServer, makeSource, makeStorage } from '../test/support/make-source.js';
import { connectWithToken, refreshCodes } from './connect/connect-with-token.js';
import { createTokenSource, type TokenSourceError } from './index.js';
import type { TokenKeepingOptions } from './types.js';

/** The failure of a source whose app server answers so. */
function answered(status: number, body: object | string, options: TokenKeepingOptions = {}): Promise<unknown> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', 'retry-after': '5' };
  const fetch = async (): Promise<Response> => new Response(text, { status, headers });
  return createTokenSource({
    endpoint: 'https://app.example.com/access-token',
    fetch,
    maxAttempts: 1,
    ...options,
  }).get();
}

describeErrors(
  'token-source',
  codesOf('packages/token-source/src/errors.ts', 'TokenSourceErrorCode'),
  {
    INVALID_OPTION: () => createTokenSource({ endpoint: '/access-token', timeoutMs: -1 }),
    LOGIN_REQUIRED: () => answered(401, { code: 'NOT_SIGNED_IN', message: 'Nobody is logged in.' }),
    UNAVAILABLE: () => answered(503, { code: 'TRY_LATER', message: 'No token can be given now. Ask again later.' }),
    REFUSED: () => answered(403, { code: 'ORIGIN_REFUSED', message: 'Pages of this origin may not ask for tokens.' }),
    MALFORMED_ANSWER: () => answered(200, '<!doctype html>'),
    WRONG_USER: () => answered(200, { userId: 'grace1', accessToken: 'a', expiresInSeconds: null }, { userId: 'ada1' }),
    TOKEN_FIXED: () => createTokenSource({ token: 'a' }).reject('a'),
    async STORAGE_FAILED() {
      const storage = { ...makeStorage(), removeItem: () => Promise.reject(new Error('The storage is blocked.')) };
      const source = makeSource(makeEnvironment(), makeServer().fetchToken, { storage });
      await source.get();
      return source.clear();
    },
    async CLEARED() {
      const source = createTokenSource({ fetchToken: () => new Promise(() => {}) });
      const got = source.get().catch((error: unknown) => error);
      await source.clear();
      return got;
    },
    ABORTED: () => createTokenSource({ endpoint: '/access-token' }).get({ signal: AbortSignal.abort() }),
  },
  ({ code }: Error & { code?: TokenSourceError['code'] }) => code === 'UNAVAILABLE',
);

const sdkEntries = readEntries('app-sdk');
const withAnotherToken = 'with another token';

/** What `connectWithToken` makes of a code, as the page shows it. */
async function connectBy(code: number): Promise<ErrorExample> {
  const { fetchToken, requests } = makeServer();
  await connectWithToken(makeSource(makeEnvironment(), fetchToken), async () => ({ code }));
  const tokens =
    requests.length === 1 ? 'no other token was asked for' : `${requests.length - 1} other tokens were tried`;
  return { code, text: `connect resolved with { code: ${code} }: ${tokens}` };
}

describeErrors(
  'app-sdk',
  sdkEntries.map(({ code }) => code),
  Object.fromEntries(sdkEntries.map(({ code }) => [code, () => connectBy(Number(code))])),
);

it('another token is tried on the codes that the page says so of, and on no other', () => {
  const told = sdkEntries.filter(({ retryable }) => retryable === withAnotherToken).map(({ code }) => code);
  expect(told.toSorted()).toEqual(refreshCodes.toSorted());
});

it('the page has every code that the guide has', () => {
  const guide = readFileSync(new URL('../../docs/site/guides/tokens-in-the-app.md', import.meta.url), 'utf8');
  const named = [...guide.matchAll(/\b3[014]\d{3}\b/g)].map(([code]) => Number(code));
  expect([...new Set(named)].filter((code) => !sdkEntries.some((entry) => entry.code === code))).toEqual([]);
});
