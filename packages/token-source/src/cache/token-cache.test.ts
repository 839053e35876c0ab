import { describe, expect, it } from 'vitest';
import { makeEnvironment, makeTabs, settle } from '../../test/support/make-environment.js';
import { makeServer, makeSource, makeStorage } from '../../test/support/make-source.js';
import { encryptStorage, type TokenSourceEvent, type TokenStorage } from '../index.js';

const hour = 3_600_000;
const start = makeEnvironment().now();
const stored = { accessToken: 'a', userId: 'ada', lifetimeMs: hour, wall: start };

/** Returns the token that a source with these options gives, which has the text in its storage. */
async function getWith(text: string | undefined, options: { userId?: string; ms?: number } = {}) {
  const storage = makeStorage();
  if (text !== undefined) storage.setItem('key', text);
  const environment = makeEnvironment();
  environment.shiftWall(options.ms ?? 0);
  let asked = 0;
  const fetchToken = async () => {
    asked += 1;
    return { accessToken: 'fetched' };
  };
  const source = makeSource(environment, fetchToken, { storage, storageKey: 'key', userId: options.userId });
  return { token: await source.get(), asked };
}

describe('a stored token', () => {
  it.each([
    ['as 0.1 wrote it', stored, {}],
    ['of the user who is logged in', stored, { userId: 'ada' }],
    ['without an end', { ...stored, lifetimeMs: null }, {}],
    ['without an end, after the clock was set back', { ...stored, lifetimeMs: null }, { ms: -hour }],
    ['of nobody in particular', { ...stored, userId: undefined }, {}],
    ['just before it counts as over', stored, { ms: hour - 60_001 }],
    ['with what later versions may add', { ...stored, more: true }, {}],
  ])('%s is used again', async (_what, entry, options) => {
    expect(await getWith(JSON.stringify(entry), options)).toEqual({ token: 'a', asked: 0 });
  });

  it.each<[string, object, { userId?: string; ms?: number }]>([
    ['of another user', stored, { userId: 'eve' }],
    ['of nobody in particular, where there is a user', { ...stored, userId: undefined }, { userId: 'ada' }],
    ['of a user that is no text', { ...stored, userId: 7 }, { userId: '7' }],
    ['without accessToken', { ...stored, accessToken: undefined }, {}],
    ['with an empty accessToken', { ...stored, accessToken: '' }, {}],
    ['with a blank accessToken', { ...stored, accessToken: ' \n' }, {}],
    ['with an accessToken that is no text', { ...stored, accessToken: 7 }, {}],
    ['without wall', { ...stored, wall: undefined }, {}],
    ['with a wall that is no number', { ...stored, wall: `${start}` }, {}],
    ['without an end and without wall', { ...stored, lifetimeMs: null, wall: undefined }, {}],
    ['without lifetimeMs', { ...stored, lifetimeMs: undefined }, {}],
    ['with a lifetimeMs that is no number', { ...stored, lifetimeMs: `${hour}` }, {}],
    ['with a lifetimeMs below zero', { ...stored, lifetimeMs: -1 }, {}],
    ['from the future', stored, { ms: -1 }],
    ['that is over', stored, { ms: hour - 60_000 }],
    ['of another log-in', { ...stored, after: 'another' }, {}],
    ['of a log-in that is no text', { ...stored, after: 7 }, {}],
  ])('%s is not', async (_what, entry, options) => {
    expect(await getWith(JSON.stringify(entry), options)).toEqual({ token: 'fetched', asked: 1 });
  });

  it('ages by the monotonic clock, whatever the other one says after it was read', async () => {
    const storage = makeStorage();
    storage.setItem('nexconn-token', JSON.stringify(stored));
    const environment = makeEnvironment();
    environment.shiftWall(hour / 2);
    const { fetchToken, requests } = makeServer();
    const source = makeSource(environment, fetchToken, { storage });
    expect(await source.get()).toBe('a');
    environment.shiftWall(-hour / 2);
    await environment.pass(hour / 2 - 60_001);
    expect(await source.get()).toBe('a');
    await environment.pass(1);
    expect(await source.get()).toBe('token-1');
    expect(requests).toHaveLength(1);
  });

  it('is written as it is read', async () => {
    const storage = makeStorage();
    const server = makeServer({ userId: 'ada', accessToken: 'a', expiresInSeconds: 3600 });
    const environment = makeEnvironment();
    await makeSource(environment, server.fetchToken, { storage }).get();
    expect(JSON.parse(storage.entries.get('nexconn-token') ?? '')).toEqual({
      ...stored,
      wall: environment.now(),
      after: '',
    });
  });

  it('that 0.1 has encrypted is decrypted', async () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, index) => index);
    const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
    const inner = makeStorage();
    inner.setItem('name', 'yMnKy8zNzs/Q0dLTcFgSr+m+nkRUSHDVe2jiPT6A69cNW/hVurrlYSyD');
    expect(await encryptStorage(inner, { key }).getItem('name')).toBe('a stored token');
  });
});

describe('how long is waited', () => {
  it('for a storage: 3 seconds', async () => {
    const environment = makeEnvironment();
    const { fetchToken, requests } = makeServer();
    const storage = { ...makeStorage(), getItem: () => new Promise<never>(() => {}) };
    const got = makeSource(environment, fetchToken, { storage }).get();
    await environment.pass(2_999);
    expect(requests).toHaveLength(0);
    await environment.pass(1);
    expect(await got).toBe('token-1');
  });

  it('again for a storage that did not answer: half a minute later', async () => {
    const environment = makeEnvironment();
    const { fetchToken, requests } = makeServer();
    const storage = { ...makeStorage(), getItem: () => new Promise<never>(() => {}) };
    const source = makeSource(environment, fetchToken, { storage });
    const got = source.get();
    await environment.pass(3_000);
    const token = await got;
    await environment.pass(29_999);
    const early = source.reject(token);
    await environment.pass(0);
    expect(await early).toBe('token-2');
    await environment.pass(1);
    const late = source.reject('token-2');
    await environment.pass(2_999);
    expect(requests).toHaveLength(2);
    await environment.pass(1);
    expect(await late).toBe('token-3');
  });

  it('for a storage that failed, but answered, as for any other; and for a removal always', async () => {
    const environment = makeEnvironment();
    const inner = makeStorage();
    let reads = 0;
    const slowly = <T>(value: T) => new Promise<T>((resolve) => void environment.after(1000, () => resolve(value)));
    const storage = {
      ...inner,
      async getItem(key: string) {
        reads += 1;
        if (reads === 1) throw new Error('locked');
        if (reads > 4) return new Promise<never>(() => {});
        return slowly(inner.getItem(key));
      },
      removeItem: (key: string) => slowly(inner.removeItem(key)),
    };
    inner.setItem('nexconn-token', JSON.stringify(stored));
    const { fetchToken, requests } = makeServer();
    const source = makeSource(environment, fetchToken, { storage });
    const got = source.get();
    await environment.pass(1000);
    expect(await got).toBe('a');
    expect(requests).toHaveLength(0);

    const replaced = source.reject('a');
    await environment.pass(10_000);
    expect(await replaced).toBe('token-1');
    const cleared = source.clear();
    await environment.pass(1000);
    await cleared;
    expect(inner.entries.has('nexconn-token')).toBe(false);
  });

  it('for another tab: 15 seconds', async () => {
    const tabs = makeTabs();
    const environment = makeEnvironment(tabs);
    const { fetchToken, requests } = makeServer();
    tabs.locks.request('nexconn-token-source:nexconn-token', {}, () => new Promise(() => {}));
    const got = makeSource(environment, fetchToken, { storage: makeStorage() }).get();
    await environment.pass(14_999);
    expect(requests).toHaveLength(0);
    await environment.pass(1);
    expect(await got).toBe('token-1');
  });

  it('for what another tab has stored: 25, 50, 100 and 200 milliseconds', async () => {
    const tabs = makeTabs();
    const environment = makeEnvironment(tabs);
    const { fetchToken, requests } = makeServer();
    let release = (): void => {};
    tabs.locks.request(
      'nexconn-token-source:nexconn-token',
      {},
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    let reads = 0;
    const storage = {
      ...makeStorage(),
      getItem(key: string) {
        if (key === 'nexconn-token') reads += 1;
        return null;
      },
    };
    const got = makeSource(environment, fetchToken, { storage }).get();
    await settle();
    release();
    await settle();
    const seen = [];
    for (const ms of [24, 1, 49, 1, 99, 1, 199]) {
      await environment.pass(ms);
      seen.push(reads);
    }
    expect(seen).toEqual([2, 3, 3, 4, 4, 5, 5]);
    expect(requests).toHaveLength(0);
    await environment.pass(1);
    expect(await got).toBe('token-1');
    expect(reads).toBe(6);
  });
});

describe('a token is stored', () => {
  it('where the storage could not be read before, and there was never a log-out', async () => {
    const inner = makeStorage();
    let isBroken = true;
    const getItem = (key: string) => {
      if (isBroken) throw new Error('locked');
      return inner.getItem(key);
    };
    const fetchToken = async () => {
      isBroken = false;
      return { accessToken: 'a' };
    };
    await makeSource(makeEnvironment(), fetchToken, { storage: { ...inner, getItem } }).get();
    expect(JSON.parse(inner.entries.get('nexconn-token') ?? '')).toMatchObject({ accessToken: 'a', after: '' });
  });
});

it('a tab that has stored nothing leaves the storage alone when another one logs out', async () => {
  const tabs = makeTabs();
  let reads = 0;
  const getItem = () => {
    reads += 1;
    return undefined;
  };
  const { fetchToken } = makeServer();
  makeSource(makeEnvironment(tabs), fetchToken, { storage: { ...makeStorage(), getItem } });
  await makeSource(makeEnvironment(tabs), fetchToken).clear();
  await settle();
  expect(reads).toBe(0);
});

describe('an event of a storage that fails', () => {
  const quoting = (text: string) => new Error(`cannot keep ${text} here`);

  it('says which of the operations failed, from a first token to a log-out elsewhere', async () => {
    const tabs = makeTabs();
    const inner = makeStorage();
    const broken = (): never => {
      throw new Error('locked');
    };
    let storage: TokenStorage = inner;
    const events: TokenSourceEvent[] = [];
    const { fetchToken } = makeServer();
    const source = makeSource(makeEnvironment(tabs), fetchToken, {
      storage: () => storage,
      onEvent: (event) => events.push(event),
    });
    const failedIn = async (act: () => Promise<unknown>, found: Partial<TokenStorage>) => {
      storage = { ...inner, ...found };
      events.length = 0;
      await act().catch(() => {});
      await settle();
      return events.flatMap((event) => (event.type === 'storage-failed' ? [event.operation] : []));
    };
    const all = { getItem: broken, setItem: broken, removeItem: broken };
    expect(await failedIn(source.get, all)).toEqual(['read', 'read', 'write']);
    expect(await failedIn(() => source.reject('token-1'), { setItem: broken })).toEqual(['write', 'write']);
    expect(await failedIn(() => source.reject('token-2'), {})).toEqual([]);
    const another = makeSource(makeEnvironment(tabs), fetchToken);
    expect(await failedIn(another.clear, { getItem: broken })).toEqual(['remove']);
    expect(await failedIn(source.clear, all)).toEqual(['write', 'remove']);
  });

  it('shows no token that was read before', async () => {
    const tabs = makeTabs();
    const inner = makeStorage();
    let isBroken = false;
    const getItem = (key: string) => {
      if (isBroken) throw quoting('letters');
      return inner.getItem(key);
    };
    const events: TokenSourceEvent[] = [];
    const { fetchToken } = makeServer({ accessToken: 'letters' }, { accessToken: 'others' });
    const source = makeSource(makeEnvironment(tabs), fetchToken, {
      storage: { ...inner, getItem },
      onEvent: (event) => events.push(event),
    });
    await source.get();
    isBroken = true;
    // Another tab has stored one.
    await makeSource(makeEnvironment(tabs), fetchToken, { storage: makeStorage() }).get();
    await settle();
    expect(events.at(-1)).toMatchObject({
      operation: 'read',
      error: { cause: { message: 'cannot keep [redacted] here' } },
    });
  });

  it('has the code, what failed, and the words of the storage without the token that was to be written', async () => {
    const events: TokenSourceEvent[] = [];
    const storage = {
      ...makeStorage(),
      setItem(_key: string, value: string) {
        throw quoting(JSON.parse(value).accessToken);
      },
    };
    const { fetchToken } = makeServer({ accessToken: 'letters' });
    await makeSource(makeEnvironment(), fetchToken, { storage, onEvent: (event) => events.push(event) }).get();
    const message = 'cannot keep [redacted] here';
    const error = { code: 'STORAGE_FAILED', message: 'The storage failed to write the token.', cause: { message } };
    expect(events).toMatchObject([{ type: 'fetched' }, { type: 'storage-failed', operation: 'write', error }]);
  });
});
