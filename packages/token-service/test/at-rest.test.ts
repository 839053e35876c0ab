import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import { expect, it, onTestFinished } from 'vitest';
import {
  createEncryptedStore,
  createMemoryStore,
  createTokenService,
  type StoredToken,
  type TokenStore,
} from '../src/index.js';
import { createSqliteStore } from '../src/sqlite/index.js';

const folder = new URL('at-rest/0.1/', import.meta.url);
const { appKey, appSecret, encryptionKey, currentSecret, plain, sealed, clear } = JSON.parse(
  readFileSync(new URL('rows.json', folder), 'utf8'),
) as Record<'appKey' | 'appSecret' | 'encryptionKey' | 'currentSecret', string> &
  Record<'plain' | 'sealed' | 'clear', StoredToken[]>;

async function openSqlite(): Promise<TokenStore> {
  const copy = mkdtempSync(join(tmpdir(), 'nexconn-at-rest-'));
  copyFileSync(new URL('tokens.db', folder), join(copy, 'tokens.db'));
  const store = await createSqliteStore(join(copy, 'tokens.db'));
  onTestFinished(async () => {
    await store.close();
    rmSync(copy, { recursive: true });
  });
  return store;
}

async function openMemory(): Promise<TokenStore> {
  const store = createMemoryStore();
  for (const token of [...plain, ...sealed]) await store.write(token, '');
  await store.setCurrentSecret(currentSecret, { expected: undefined });
  return store;
}

function startService(store: TokenStore) {
  const mock = createMock({ appKey, appSecret, rateLimit: false });
  const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch: mock.fetch });
  const issued = async () => (await mock.console.listTokens({ appKey, limit: 100 })).tokens.length;
  return { tokens: createTokenService({ client, store }), issued, mock };
}

it.each([
  ['SQLite', openSqlite],
  ['memory', openMemory],
])('what 0.1 has written to a %s is read, by the first App Key that uses it', async (_, open) => {
  const store = await open();
  for (const part of [store, store.forApp?.(appKey)]) {
    for (const row of [...plain, ...sealed])
      expect(await part?.read(row.userId)).toEqual({ token: row, currentSecret });
    expect(await part?.count(currentSecret)).toEqual({ users: 4, outdated: 2 });
    expect(await part?.listOutdated(currentSecret, undefined, 10)).toMatchObject([
      { userId: 'bob2' },
      { userId: 'fay4' },
    ]);
  }
  expect((await store.forApp?.('another1').read('ada1'))?.token).toBeUndefined();
});

it.each([
  ['SQLite', openSqlite],
  ['memory', openMemory],
])('a service on a %s of 0.1 hands out what is valid, and issues anew for the rest', async (_, open) => {
  const store = await open();
  const { tokens, issued, mock } = startService(store);
  const [ada, bob] = plain as [StoredToken, StoredToken];
  const [eve, fay] = sealed as [StoredToken, StoredToken];
  expect((await tokens.get(ada)).accessToken).toBe(ada.accessToken);
  expect((await tokens.get(bob)).accessToken).not.toBe(bob.accessToken);
  // Without the key of 0.1, what it encrypted is no token.
  expect((await tokens.get(eve)).accessToken).not.toBe(eve.accessToken);
  expect(await issued()).toBe(2);
  expect(await tokens.reissueAll()).toMatchObject({ total: 1, done: 1, failed: 0 });
  const { users } = await mock.console.listUsers({ appKey });
  expect(users.map(({ userId }) => userId).toSorted()).toEqual([bob.userId, eve.userId, fay.userId]);
});

it.each([
  ['SQLite', openSqlite],
  ['memory', openMemory],
])(
  'what 0.1 has encrypted in a %s is read with its key, and written anew by reencrypt or under a new key',
  async (_, open) => {
    const store = await open();
    const encrypted = createEncryptedStore(store, { keys: [encryptionKey] });
    const { tokens, issued } = startService(encrypted);
    const [eve] = clear as [StoredToken];
    expect((await tokens.get(eve)).accessToken).toBe(eve.accessToken);
    expect(await issued()).toBe(0);
    // An instance of 0.1 beside this one, during an update, reads it still.
    expect((await store.read(eve.userId)).token).toEqual(sealed[0]);
    const newKey = randomBytes(32).toString('base64');
    const rotated = createEncryptedStore(store, { keys: [newKey, encryptionKey] });
    expect((await startService(rotated).tokens.get(eve)).accessToken).toBe(eve.accessToken);
    expect((await store.read(eve.userId)).token?.accessToken).toMatch(/^nexconn-encrypted:2:/);
    const ofApp = rotated.forApp(appKey);
    const counts = { users: 4, unreadable: 0, plain: 2 };
    expect(await ofApp.reencrypt({ isDryRun: true })).toEqual({ ...counts, current: 1, converted: 0, outdated: 1 });
    expect(await ofApp.reencrypt()).toEqual({ ...counts, current: 1, converted: 1, outdated: 0 });
    for (const token of clear) expect((await ofApp.read(token.userId)).token).toEqual(token);
  },
);
