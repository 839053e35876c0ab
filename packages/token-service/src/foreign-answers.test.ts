import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ada } from '../test/support/make-setting.js';
import {
  backUpStore,
  createEncryptedStore,
  createMemoryStore,
  createTokenHandler,
  createTokenService,
  type StoredToken,
  type TokenServiceOptions,
  type TokenStore,
} from './index.js';
import { createRedisStore } from './redis/index.js';

/** A client that is not of this repository, and issues what `issue` returns. */
function makeClient(issue: () => unknown) {
  let issued = 0;
  const client = {
    appKey: 'uwd1c0sxdlx2',
    appSecrets: { ids: async () => ({ inForce: 'a', all: ['a'] }) },
    async issueAccessToken({ userId }: { userId: string }, { onAccepted }: { onAccepted: (by: object) => void }) {
      issued += 1;
      onAccepted({ secretId: 'a' });
      return { userId, accessToken: issue() };
    },
  };
  return { client: client as unknown as TokenServiceOptions['client'], issued: () => issued };
}

/** A store of somebody else's, which answers as a database does. */
function makeStore(answers: Record<string, () => unknown>): TokenStore {
  const store = createMemoryStore();
  return { ...store, ...answers } as TokenStore;
}

function raise(error: Error): never {
  throw error;
}

describe('an API', () => {
  it.each([
    ['NUL', 'a\0b@sg'],
    ['half an emoji', 'a\ud83d@sg'],
    ['a line feed', 'a@sg\n'],
    ['nothing but spaces', '   '],
    ['nothing but what is not seen', '\u200b\u3000\u2800'],
  ])('whose token has %s is refused and nothing is stored', async (_, accessToken) => {
    const store = createMemoryStore();
    const tokens = createTokenService({ client: makeClient(() => accessToken).client, store });
    await expect(tokens.get(ada)).rejects.toMatchObject({ code: 'ISSUE_FAILED' });
    expect(await store.read(ada.userId)).toMatchObject({ token: undefined });
  });
});

describe('a client of somebody else', () => {
  it.each([
    ['a TypeError', new TypeError('mine is not a function')],
    ['a text', 'mine'],
    ['undefined', undefined],
  ])('that rejects with %s is at fault itself, not the store', async (_, thrown) => {
    const client = { ...makeClient(() => 'new@sg').client, issueAccessToken: () => Promise.reject(thrown) };
    const tokens = createTokenService({ client, store: createMemoryStore() });
    await expect(tokens.get(ada)).rejects.toMatchObject({ code: 'ISSUE_FAILED' });
  });

  it.each<[claim: string, told: object | undefined]>([
    ['tells of no App Secret', undefined],
    ['tells of one without a name', { secretId: '' }],
    ['tells of one that it does not list', { secretId: 'of others' }],
  ])('that %s voids no token of the fleet, is told what to pass on, and is asked once a minute', async (_, told) => {
    const store = createMemoryStore();
    const right = makeClient(() => 'right@sg');
    const fleet = createTokenService({ client: right.client, store });
    await fleet.get({ ...ada, userId: 'bob1' });
    let [calls, now] = [0, Date.now()];
    const client = {
      ...right.client,
      async issueAccessToken({ userId }: { userId: string }, { onAccepted }: { onAccepted: (by: object) => void }) {
        calls += 1;
        if (told) onAccepted(told);
        return { userId, accessToken: 'untold@sg' };
      },
    };
    const tokens = createTokenService({ client: client as never, store, now: () => now });
    for (let logIn = 0; logIn < 3; logIn += 1) {
      const message = expect.stringContaining('onAccepted');
      await expect(tokens.get(ada)).rejects.toMatchObject({ code: 'ISSUE_FAILED', message });
      expect(await fleet.get({ ...ada, userId: 'bob1' })).toMatchObject({ accessToken: 'right@sg' });
    }
    expect([calls, right.issued(), await store.currentSecret()]).toEqual([1, 1, 'a']);
    now += 60_000;
    await expect(tokens.get({ ...ada, userId: 'eve1' })).rejects.toMatchObject({ code: 'ISSUE_FAILED' });
    expect(calls).toBe(2);
    // Another client is not held up by it.
    expect(await fleet.get(ada)).toMatchObject({ accessToken: 'right@sg' });
  });

  it('that has an App Secret rotated out while it calls has issued a token all the same', async () => {
    const store = createMemoryStore();
    const right = makeClient(() => 'right@sg');
    let all = ['a'];
    const client = {
      ...right.client,
      appSecrets: { ids: async () => ({ inForce: all[0], all }) },
      async issueAccessToken({ userId }: { userId: string }, { onAccepted }: { onAccepted: (by: object) => void }) {
        all = ['b'];
        onAccepted({ secretId: 'a' });
        return { userId, accessToken: 'late@sg' };
      },
    };
    const tokens = createTokenService({ client: client as never, store });
    expect(await tokens.get(ada)).toMatchObject({ accessToken: 'late@sg' });
  });

  it('whose App Secrets cannot be had now has the user come again, and shows nothing of where they are kept', async () => {
    const failure = new Error('down: https://user:hunter2@vault', { cause: 'hunter2' });
    const appSecrets = { ids: () => Promise.reject(failure) };
    const client = { ...makeClient(() => 'new@sg').client, appSecrets };
    const store = createMemoryStore();
    const tokens = createTokenService({ client: client as never, store });
    const error = await tokens.get(ada).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TRY_LATER', retryAfterMs: 2_000 });
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
    await expect(tokens.reissueAll()).rejects.toMatchObject({ code: 'TRY_LATER' });
  });
});

describe('a store of somebody else', () => {
  it.each([
    ['null as the token, and as the App Secret', () => ({ token: null, currentSecret: null })],
    ['a text as the token', () => ({ token: 'a@sg', currentSecret: undefined })],
  ])('that reads %s has no token', async (_, read) => {
    const store = makeStore({ read: async () => read() });
    for (const each of [store, createEncryptedStore(store, { keys: [randomBytes(32).toString('hex')] })]) {
      const tokens = createTokenService({ client: makeClient(() => 'new@sg').client, store: each });
      expect(await tokens.get(ada)).toMatchObject({ userId: ada.userId, accessToken: 'new@sg' });
    }
  });

  it.each([[undefined], [null]])('that reads %o, which is no entry, fails', async (entry) => {
    const store = makeStore({ read: async () => entry });
    const tokens = createTokenService({ client: makeClient(() => 'new@sg').client, store });
    await expect(tokens.get(ada)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  it('that has null as the App Secret vouches for its tokens', async () => {
    let stored: StoredToken | undefined;
    const store = makeStore({ read: async () => ({ token: stored, currentSecret: null }) });
    const write = async (token: StoredToken): Promise<void> => {
      stored = token;
    };
    const { client, issued } = makeClient(() => 'new@sg');
    const tokens = createTokenService({ client, store: { ...store, write } });
    expect(await tokens.get(ada)).toEqual(await tokens.get(ada));
    expect(issued()).toBe(1);
  });

  it.each([[true], [false], [1], ['']])('that returns %o as a lease fails: that is no token', async (lease) => {
    const store = makeStore({ acquireLease: async () => lease });
    const tokens = createTokenService({ client: makeClient(() => 'new@sg').client, store });
    await expect(tokens.get(ada)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });

  // At once: each is tried again for some seconds.
  it.concurrent.each<[claim: string, list: (after?: string) => unknown]>([
    ['the same page for ever', () => [{ ...ada, avatarUrl: '' }]],
    ['two pages in turn', (after) => [{ ...ada, userId: after === 'ann' ? 'bob' : 'ann', avatarUrl: '' }]],
    ['null', () => null],
    ['a user that is null', () => [null]],
  ])('that lists %s ends reissueAll, a backup and reencrypt', async (_, list) => {
    const store = makeStore({});
    Object.assign(store, { forApp: undefined, listOutdated: async (__: string, after?: string) => list(after) });
    const encrypted = createEncryptedStore(store, { keys: [randomBytes(32).toString('hex')] });
    const services = [store, encrypted].map((each) =>
      createTokenService({ client: makeClient(() => 'new@sg').client, store: each }),
    );
    async function readBackup(): Promise<void> {
      for await (const line of backUpStore(store)) expect(line).toBeTypeOf('string');
    }
    const reissues = services.map((tokens) => () => tokens.reissueAll({ concurrency: 1 }));
    const works = [...reissues, readBackup, encrypted.reencrypt];
    for (const { reason } of (await Promise.allSettled(works.map((work) => work()))) as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ code: 'STORE_FAILED' });
    }
  });

  it.each([[null], [undefined], [{}], [{ users: Number.NaN, outdated: 'x' }], [{ users: 1 }]])(
    'that counts %o fails',
    async (count) => {
      const store = makeStore({ count: async () => count });
      const tokens = createTokenService({ client: makeClient(() => 'new@sg').client, store });
      await expect(tokens.reissueAll()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    },
  );

  it('that returns null where somebody else has the lease is waited for', async () => {
    const leases = [null, null, '1'];
    const store = makeStore({ acquireLease: async () => leases.shift() });
    const tokens = createTokenService({ client: makeClient(() => 'new@sg').client, store });
    expect(await tokens.get(ada)).toMatchObject({ accessToken: 'new@sg' });
  });
});

it.each([[123], [null], [{ a: 1 }]])(
  'a row with %o as the token, behind encryption, counts as none',
  async (accessToken) => {
    const inner = createMemoryStore();
    const { client, issued } = makeClient(() => 'new@sg');
    const row = { ...ada, avatarUrl: '', accessToken, secretId: 'a', issuedAt: 1 } as unknown as StoredToken;
    await inner.forApp?.('uwd1c0sxdlx2').write(row, '');
    const store = createEncryptedStore(inner, { keys: [randomBytes(32).toString('hex')] });
    expect(await store.forApp('uwd1c0sxdlx2').reencrypt()).toMatchObject({ users: 1, unreadable: 1 });
    expect(await createTokenService({ client, store }).get(ada)).toMatchObject({ accessToken: 'new@sg' });
    expect(issued()).toBe(1);
  },
);

describe('errors of another copy of a package', () => {
  const wrongSecret = Object.assign(new Error('The secret is wrong.'), {
    ...{ name: 'NexconnAuthenticationError', code: 'SIGNATURE_REJECTED', retryable: false },
  });
  const away = Object.assign(new Error('The API is away.'), { name: 'NexconnError', code: 'NETWORK', retryable: true });
  const full = Object.assign(new Error('The queue is full.'), {
    ...{ name: 'NexconnRateLimitError', code: 'QUEUE_TOO_LONG', retryable: true, retryAfterMs: 700 },
  });
  const badName = Object.assign(new Error('The name is wrong.'), {
    ...{ name: 'NexconnRequestError', code: 'INVALID_REQUEST', retryable: false, issues: [] },
  });

  it.each([
    [wrongSecret, { code: 'ISSUE_FAILED', apiError: wrongSecret }],
    [away, { code: 'TRY_LATER', apiError: away }],
    [full, { code: 'QUEUE_FULL', retryAfterMs: 700 }],
    [badName, { code: 'INVALID_REQUEST' }],
    [Object.assign(new Error('lost'), { code: 'ECONNRESET' }), { code: 'ISSUE_FAILED' }],
  ])('of the client: %s', async (error, expected) => {
    const { client } = makeClient(() => raise(error));
    await expect(createTokenService({ client, store: createMemoryStore() }).get(ada)).rejects.toMatchObject(expected);
  });

  it.each([
    ['TRY_LATER', 503],
    ['COOLING_DOWN', 429],
    ['ISSUE_FAILED', 502],
  ])('of the service, behind a handler: %s', async (code, status) => {
    const error = Object.assign(new Error('Elsewhere.'), { name: 'TokenServiceError', code, retryAfterMs: 1000 });
    const handler = createTokenHandler(
      { get: () => Promise.reject(error), replace: () => Promise.reject(error) },
      { authenticate: () => ada },
    );
    expect((await handler(new Request('http://localhost/', { method: 'POST' }))).status).toBe(status);
  });
});

describe('what was passed by mistake', () => {
  const keys = [randomBytes(32).toString('hex')] as [string];
  const reencrypt = (options: object | null) =>
    createEncryptedStore(createMemoryStore(), { keys }).reencrypt(options as object);

  it.each([
    // It would have converted where it was to count.
    ['dryRun', () => reencrypt({ dryRun: true })],
    ['isDryRun', () => reencrypt({ isDryRun: 'yes' })],
    ['signal', () => reencrypt({ signal: {} })],
    ['options', () => reencrypt(null)],
    ['store', async () => createEncryptedStore(null as never, { keys })],
    ['tokens', async () => createTokenHandler(null as never, { authenticate: () => ada })],
    ['keyPrefix', async () => createRedisStore(async () => null, { keyPrefix: {} as never })],
    [
      'signal',
      () =>
        createTokenService({ client: makeClient(() => '').client, store: createMemoryStore() }).reissueAll({
          signal: {} as never,
        }),
    ],
  ])('%s is refused by name', async (option, make) => {
    const message = expect.stringMatching(new RegExp(`^${option} `));
    await expect((async () => make())()).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
  });
});
