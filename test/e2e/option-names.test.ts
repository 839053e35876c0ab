import { createNexconnClient } from '@nexconn-kit/client';
import { createD1RateStore } from '@nexconn-kit/client/d1';
import { observeNexconn } from '@nexconn-kit/client/otel';
import { createPostgresRateStore } from '@nexconn-kit/client/postgres';
import { createRedisRateStore } from '@nexconn-kit/client/redis';
import { createMock, startMock } from '@nexconn-kit/mock';
import { mswHandlers } from '@nexconn-kit/mock/msw';
import { createNonceStore, verifySignature } from '@nexconn-kit/signing';
import {
  createEncryptedStore,
  createMemoryStore,
  createTokenHandler,
  createTokenService,
} from '@nexconn-kit/token-service';
import { createD1Store } from '@nexconn-kit/token-service/d1';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createSqliteStore, openSqliteSnapshot } from '@nexconn-kit/token-service/sqlite';
import { createTokenSource, encryptStorage } from '@nexconn-kit/token-source';
import { describe, expect, it } from 'vitest';

/** A function that takes options, good ones of it, and a name of one that has a default. */
type Case = readonly [name: string, create: (options: never) => unknown, good: object, option: string];

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const client = { ...credentials, region: 'sg' };
const pool = { query: async () => ({ rows: [] }) };
const d1 = { prepare: () => d1, bind: () => d1, all: async () => ({ results: [] }), batch: async () => [] };
const redis = async () => null;
const service = { client: createNexconnClient(client as never), store: createMemoryStore() };
const storage = { getItem: () => null, setItem() {}, removeItem() {} };

const ada = { userId: 'jlk456j5', name: 'Ada' };
const mock = createMock();
const ofMock = { appKey: mock.appKey, appSecret: mock.appSecret, baseUrl: 'http://localhost', fetch: mock.fetch };
const mocked = createNexconnClient(ofMock);
const watched = createNexconnClient(ofMock);
watched.http.use({ onRequest() {} });

const cases: readonly Case[] = [
  ['createNexconnClient', createNexconnClient, client, 'deadlineMs'],
  ['createNexconnClient', createNexconnClient, client, 'headerPrefix'],
  ['createNexconnClient', createNexconnClient, client, 'validateRequests'],
  ['createNexconnClient', createNexconnClient, client, 'retry'],
  ['observeNexconn', observeNexconn, {}, 'tracerProvider'],
  ['createRedisRateStore', (options) => createRedisRateStore(redis, options), {}, 'keyPrefix'],
  ['createPostgresRateStore', (options) => createPostgresRateStore(pool, options), {}, 'table'],
  ['createD1RateStore', (options) => createD1RateStore(d1, options), {}, 'table'],
  ['createMock', createMock, {}, 'appSecret'],
  ['createMock', createMock, {}, 'appKey'],
  ['createMock', createMock, {}, 'journalSize'],
  ['createMock', createMock, {}, 'nonceReplay'],
  ['createMock', createMock, {}, 'random'],
  ['apps of createMock', (app) => createMock({ apps: [app] }), {}, 'environment'],
  ['startMock', startMock, { port: 0 }, 'host'],
  ['mswHandlers', (options) => mswHandlers({ all: () => 1 }, options), {}, 'mock'],
  ['createNonceStore', createNonceStore, {}, 'capacity'],
  ['verifySignature', (options) => verifySignature({}, options), { secretFor() {} }, 'nonceStore'],
  ['a method of a client', (options) => mocked.issueAccessToken(ada, options), {}, 'deadlineMs'],
  ['a method of a client', (options) => mocked.issueAccessToken(ada, options), {}, 'signal'],
  ['a method behind a middleware', (options) => watched.issueAccessToken(ada, options), {}, 'requestId'],
  ['createTokenService', createTokenService, service, 'tokenValiditySeconds'],
  [
    'createTokenHandler',
    (options) => createTokenHandler({ get() {}, replace() {} } as never, options),
    { authenticate() {} },
    'challenge',
  ],
  ['createMemoryStore', createMemoryStore, {}, 'monotonicNow'],
  ['createEncryptedStore', (options) => createEncryptedStore({} as never, options), { keys: ['0'.repeat(64)] }, 'keys'],
  ['createRedisStore', (options) => createRedisStore(redis, options), {}, 'keyPrefix'],
  ['createD1Store', (options) => createD1Store(d1, options), {}, 'tablePrefix'],
  ['createPostgresStore', (options) => createPostgresStore(pool, options), {}, 'tablePrefix'],
  ['createTokenSource', createTokenSource, { token: 'abc' }, 'maxAttempts'],
  ['createTokenSource', createTokenSource, { endpoint: 'https://app.test' }, 'storageKey'],
  ['encryptStorage', (options) => encryptStorage(storage, options), {}, 'key'],
];

async function codeOf(create: Case[1], options: object): Promise<unknown> {
  try {
    await create(options as never);
    return 'none';
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code} ${message}`;
  }
}

describe.each(cases)('%s', (_, create, good, option) => {
  it(`takes undefined as the default of ${option}, and refuses null by its name`, async () => {
    if (!(option in good)) expect(await codeOf(create, { ...good, [option]: undefined })).toBe('none');
    expect(await codeOf(create, { ...good, [option]: null })).toMatch(
      new RegExp(`^INVALID_OPTION (The option )?${option} is (null|empty)`),
    );
  });

  it(`refuses an unknown name that is like ${option}`, async () => {
    const wrong = `${option}s`;
    expect(await codeOf(create, { ...good, [wrong]: undefined, [`${wrong}1`]: 1 })).toMatch(
      new RegExp(`^INVALID_OPTION (The option )?${wrong}1 is no option\\. Did you mean ${option}\\?$`),
    );
  });
});

it.each<readonly [string, Case[1], object, string]>([
  ['tokenTtlSeconds', createTokenService, service, 'tokenValiditySeconds'],
  ['corsOrigins', createMock, {}, 'allowedOrigins'],
  [
    'challange',
    (options) => createTokenHandler({ get() {}, replace() {} } as never, options),
    { authenticate() {} },
    'challenge',
  ],
])('%s, an old or a misspelt name, is told the name of today', async (wrong, create, good, option) => {
  expect(await codeOf(create, { ...good, [wrong]: 1 })).toMatch(new RegExp(`Did you mean ${option}\\?$`));
});

it('what groups of options hold is checked as well', async () => {
  const group = { retry: { maxAttempt: 2 } };
  expect(await codeOf(createNexconnClient, { ...client, ...group })).toMatch(/retry\.maxAttempt is .* maxAttempts\?$/);
  const limit = { rateLimit: { perSecond: null } };
  expect(await codeOf(createNexconnClient, { ...client, ...limit })).toMatch(/rateLimit\.perSecond is null/);
});

it('a name that is like none is told all names', async () => {
  expect(await codeOf(createTokenSource, { endpoint: 'https://app.test', zzz: 1 })).toMatch(
    /The options are endpoint,/,
  );
});

it.each([
  ['createSqliteStore', createSqliteStore],
  ['openSqliteSnapshot', openSqliteSnapshot],
] as const)('%s has no options, and refuses whatever is passed by its name', async (_, open) => {
  const openHere = (options: never) => open('/nowhere/tokens.db', options);
  expect(await codeOf(openHere, { keyPrefix: 'a' })).toBe(
    'INVALID_OPTION keyPrefix is no option. A SQLite store has none.',
  );
  expect(await codeOf(openHere, null as never)).toMatch(/^INVALID_OPTION options is no object/);
  expect(await codeOf(openHere, { keyPrefix: undefined })).toMatch(/^STORE_FAILED/);
});
