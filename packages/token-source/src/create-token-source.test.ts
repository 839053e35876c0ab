import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { makeEnvironment, makeTabs, settle } from '../test/support/make-environment.js';
import { failureOf, makeServer, makeSource, makeStorage, refuse } from '../test/support/make-source.js';
import { createTokenSource, LoginRequiredError, type TokenSource, type TokenSourceEvent } from './index.js';

const hour = 3_600_000;
/** All that a log-out leaves in the storage. */
const markKey = 'nexconn-token.cleared';
const lasting = (accessToken: string, expiresInSeconds = 3600) => ({ userId: 'ada', accessToken, expiresInSeconds });

describe('get', () => {
  it('fetches once for all who wait, and keeps the token', async () => {
    const { fetchToken, requests } = makeServer();
    const source = makeSource(makeEnvironment(), fetchToken);
    expect(await Promise.all([source.get(), source.get(), source.get()])).toEqual(['token-1', 'token-1', 'token-1']);
    expect(await source.get()).toBe('token-1');
    expect(requests).toMatchObject([{ rejectedToken: undefined }]);
  });

  it('fetches again once nine tenths of a short lifetime have passed', async () => {
    const environment = makeEnvironment();
    const source = makeSource(environment, makeServer(lasting('a', 10), lasting('b', 10)).fetchToken);
    await source.get();
    await environment.pass(8999);
    expect(await source.get()).toBe('a');
    await environment.pass(1);
    expect(await source.get()).toBe('b');
  });

  it('counts the lifetime from when the token was asked for, and leaves a minute at most', async () => {
    const environment = makeEnvironment();
    const { fetchToken } = makeServer(async () => {
      await new Promise<void>((resolve) => void environment.after(5000, resolve));
      return lasting('a');
    });
    const source = makeSource(environment, fetchToken);
    const first = source.get();
    await environment.pass(5000);
    expect(await first).toBe('a');
    await environment.pass(hour - 60_000 - 5001);
    expect(await source.get()).toBe('a');
    await environment.pass(1);
    expect(await source.get()).toBe('token-1');
  });

  it('is not misled by a wall clock that goes back while it runs', async () => {
    const environment = makeEnvironment();
    const source = makeSource(environment, makeServer(lasting('a'), lasting('b')).fetchToken);
    await source.get();
    environment.shiftWall(-24 * hour);
    expect(await source.get()).toBe('a');
    await environment.pass(hour);
    expect(await source.get()).toBe('b');
  });

  it('counts the time that a device slept, which monotonic clocks may leave out', async () => {
    const environment = makeEnvironment();
    const source = makeSource(environment, makeServer(lasting('a'), lasting('b')).fetchToken);
    await source.get();
    environment.shiftWall(hour);
    expect(await source.get()).toBe('b');
  });

  it.each([
    { accessToken: 'a' },
    { accessToken: 'a', expiresInSeconds: null },
    { accessToken: 'a', expiresInSeconds: 1 },
  ])('takes %j for an answer, and its user for the one who is logged in', async (answer) => {
    const { fetchToken } = makeServer(answer);
    const storage = makeStorage();
    expect(await makeSource(makeEnvironment(), fetchToken, { userId: 'ada', storage }).get()).toBe('a');
    expect(JSON.parse(storage.entries.get('nexconn-token:ada') ?? '')).toMatchObject({ userId: 'ada' });
  });

  it('hands out a token without lifetime once', async () => {
    const source = makeSource(makeEnvironment(), makeServer(lasting('a', 0), lasting('b', 0)).fetchToken);
    expect([await source.get(), await source.get()]).toEqual(['a', 'b']);
  });

  it('ends the wait of one caller by its signal, and the fetch with the last', async () => {
    const { fetchToken, requests } = makeServer(() => new Promise(() => {}));
    const source = makeSource(makeEnvironment(), fetchToken);
    const [one, other] = [new AbortController(), new AbortController()];
    const waits = [source.get({ signal: one.signal }), source.get({ signal: other.signal })];
    await settle();
    one.abort();
    await expect(waits[0]).rejects.toMatchObject({ code: 'ABORTED' });
    expect(requests[0]?.signal.aborted).toBe(false);
    other.abort();
    await expect(waits[1]).rejects.toMatchObject({ code: 'ABORTED' });
    await settle();
    expect(requests[0]?.signal.aborted).toBe(true);
    expect(await source.get()).toBe('token-1');
    await expect(source.get({ signal: AbortSignal.abort() })).resolves.toBe('token-1');
  });
});

describe('server trouble', () => {
  it('is met with exponential back-off, full jitter, and an end', async () => {
    const random = vi.fn(() => 0.5);
    const environment = makeEnvironment({ random });
    const server = makeServer(refuse(503), refuse(500), refuse(429), refuse(502), () => {
      throw new TypeError('fetch failed');
    });
    const waits: (number | undefined)[] = [];
    const source = makeSource(environment, server.fetchToken, {
      onEvent: (event) => event.type === 'attempt-failed' && waits.push(event.waitMs),
    });
    const failed = expect(source.get()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: { message: 'fetch failed' },
    });
    await environment.pass(60_000);
    await failed;
    expect(waits).toEqual([250, 500, 1000, 2000, undefined]);
    expect(server.requests).toHaveLength(5);
  });

  it('is met with a back-off of half a minute at most', async () => {
    const environment = makeEnvironment();
    const waits: (number | undefined)[] = [];
    const { fetchToken } = makeServer(...Array(10).fill(refuse(503)));
    const source = makeSource(environment, fetchToken, {
      maxAttempts: 10,
      onEvent: (event) => event.type === 'attempt-failed' && waits.push(event.waitMs),
    });
    const failed = expect(source.get()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await environment.pass(600_000);
    await failed;
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, undefined]);
  });

  it('waits at least as long as Retry-After says, and a minute at most', async () => {
    const environment = makeEnvironment({ random: () => 0 });
    const { fetchToken, requests } = makeServer(refuse(429, 7000), refuse(503, 86_400_000));
    const got = makeSource(environment, fetchToken).get();
    await environment.pass(6999);
    expect(requests).toHaveLength(1);
    await environment.pass(1);
    expect(requests).toHaveLength(2);
    await environment.pass(59_999);
    expect(requests).toHaveLength(2);
    await environment.pass(1);
    expect(await got).toBe('token-1');
  });

  it('is over when the device is online, once the wait that the server asked for has passed', async () => {
    const events = new EventTarget();
    const environment = makeEnvironment({ events, random: vi.fn(() => 1).mockReturnValueOnce(0) });
    const { fetchToken, requests } = makeServer(refuse(503, 7000), refuse(503));
    const got = makeSource(environment, fetchToken).get();
    await environment.pass(7000);
    expect(requests).toHaveLength(2);
    events.dispatchEvent(new Event('online'));
    await settle();
    expect(requests).toHaveLength(3);
    expect(await got).toBe('token-1');
  });

  it('is met at once where the jitter comes to nothing', async () => {
    const environment = makeEnvironment({ random: () => 0 });
    const { fetchToken, requests } = makeServer(refuse(503));
    const got = makeSource(environment, fetchToken).get();
    await settle();
    expect(requests).toHaveLength(2);
    expect(await got).toBe('token-1');
  });

  it('keeps to Retry-After in the next call as well', async () => {
    const environment = makeEnvironment({ random: () => 0 });
    const { fetchToken, requests } = makeServer(refuse(429, 7000));
    const source = makeSource(environment, fetchToken, { maxAttempts: 1 });
    await expect(source.get()).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 429, retryAfterMs: 7000 });
    const next = source.get();
    await environment.pass(6999);
    expect(requests).toHaveLength(1);
    await environment.pass(1);
    expect(await next).toBe('token-1');
  });

  it('is over as soon as the device is online again, unless the server asked for a wait', async () => {
    const events = new EventTarget();
    const environment = makeEnvironment({ events });
    const { fetchToken, requests } = makeServer(() => Promise.reject(new TypeError('offline')), refuse(503, 5000));
    const got = makeSource(environment, fetchToken).get();
    await settle();
    events.dispatchEvent(new Event('online'));
    await settle();
    expect(requests).toHaveLength(2);
    events.dispatchEvent(new Event('online'));
    await settle();
    expect(requests).toHaveLength(2);
    await environment.pass(60_000);
    expect(await got).toBe('token-1');
  });

  it('waits for an app server that lets it wait', async () => {
    const environment = makeEnvironment();
    const events: TokenSourceEvent[] = [];
    const { fetchToken } = makeServer(async () => {
      await new Promise<void>((resolve) => void environment.after(11_000, resolve));
      return lasting('a');
    });
    const got = makeSource(environment, fetchToken, { onEvent: (event) => events.push(event) }).get();
    await environment.pass(11_000);
    expect(await got).toBe('a');
    expect(events).toEqual([{ type: 'fetched', attempts: 1 }]);
  });

  it('ends an attempt after timeoutMs even where the function does not listen to its signal', async () => {
    const environment = makeEnvironment({ random: () => 0 });
    const { fetchToken, requests } = makeServer(() => new Promise(() => {}));
    const got = makeSource(environment, fetchToken, { timeoutMs: 100 }).get();
    await environment.pass(100);
    expect(await got).toBe('token-1');
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('%i may pass', async (status) => {
    const environment = makeEnvironment();
    const got = makeSource(environment, makeServer(refuse(status)).fetchToken).get();
    await environment.pass(500);
    expect(await got).toBe('token-1');
  });

  it.each([401, 403])('%i ends at once: the user has to log in again', async (status) => {
    const { fetchToken, requests } = makeServer(refuse(status));
    const got = makeSource(makeEnvironment(), fetchToken).get();
    await expect(got).rejects.toBeInstanceOf(LoginRequiredError);
    await expect(got).rejects.toMatchObject({ code: 'LOGIN_REQUIRED', status });
    expect(requests).toHaveLength(1);
  });

  it.each([400, 404])('status %i ends at once: another attempt cannot help', async (status) => {
    const { fetchToken, requests } = makeServer(refuse(status));
    await expect(makeSource(makeEnvironment(), fetchToken).get()).rejects.toMatchObject({ code: 'REFUSED', status });
    expect(requests).toHaveLength(1);
  });

  it.each([
    [undefined, 'MALFORMED_ANSWER'],
    [{ userId: 'ada' }, 'MALFORMED_ANSWER'],
    [{ accessToken: '' }, 'MALFORMED_ANSWER'],
    [{ accessToken: ' \n' }, 'MALFORMED_ANSWER'],
    [{ accessToken: 7 }, 'MALFORMED_ANSWER'],
    [{ accessToken: 'a', userId: 7 }, 'MALFORMED_ANSWER'],
    [{ accessToken: 'a', userId: null }, 'MALFORMED_ANSWER'],
    [{ accessToken: { a: 1 }, userId: 'ada' }, 'MALFORMED_ANSWER'],
    [{ accessToken: null, userId: 'ada' }, 'MALFORMED_ANSWER'],
    [{ accessToken: 'a', userId: '' }, 'WRONG_USER'],
    [{ accessToken: 'a', expiresInSeconds: -1 }, 'MALFORMED_ANSWER'],
    [{ accessToken: 'a', expiresInSeconds: '3600' }, 'MALFORMED_ANSWER'],
    [{ accessToken: 'a', expiresInSeconds: Number.NaN }, 'MALFORMED_ANSWER'],
    [{ accessToken: 'a', userId: 'eve' }, 'WRONG_USER'],
  ])('the answer %j ends at once with %s', async (answer, code) => {
    const fetchToken = vi.fn(async () => answer as never);
    const got = makeSource(makeEnvironment(), fetchToken, { userId: 'ada' }).get();
    await expect(got).rejects.toMatchObject({ code });
    expect(fetchToken).toHaveBeenCalledOnce();
  });
});

describe('reject', () => {
  it('fetches another token, naming the rejected one', async () => {
    const { fetchToken, requests } = makeServer();
    const source = makeSource(makeEnvironment(), fetchToken);
    expect(await source.reject(await source.get())).toBe('token-2');
    expect(await source.get()).toBe('token-2');
    expect(requests.map(({ rejectedToken }) => rejectedToken)).toEqual([undefined, 'token-1']);
  });

  it('of a token that is not the kept one gives the kept one', async () => {
    const { fetchToken, requests } = makeServer();
    const source = makeSource(makeEnvironment(), fetchToken);
    await source.get();
    expect(await source.reject('older')).toBe('token-1');
    expect(requests).toHaveLength(1);
  });

  it('is one fetch for all who reject the same token', async () => {
    const { fetchToken, requests } = makeServer();
    const source = makeSource(makeEnvironment(), fetchToken);
    const token = await source.get();
    expect(await Promise.all([source.reject(token), source.reject(token), source.get()])).toEqual(
      Array(3).fill('token-2'),
    );
    expect(requests).toHaveLength(2);
  });

  it('asks once more where a fetch that did not know of it brings the same token', async () => {
    const { fetchToken, requests } = makeServer(lasting('old'), lasting('new'));
    const source = makeSource(makeEnvironment(), fetchToken);
    const got = source.get();
    expect(await source.reject('old')).toBe('new');
    expect(await got).toBe('old');
    expect(requests.map(({ rejectedToken }) => rejectedToken)).toEqual([undefined, 'old']);
  });

  it('that failed is named by the next get', async () => {
    const { fetchToken, requests } = makeServer(lasting('old'), refuse(401));
    const storage = makeStorage();
    const source = makeSource(makeEnvironment(), fetchToken, { storage });
    await expect(source.reject(await source.get())).rejects.toMatchObject({ code: 'LOGIN_REQUIRED' });
    expect(await source.get()).toBe('token-1');
    expect(requests[2]?.rejectedToken).toBe('old');
  });

  it('of an older token takes what the fetch under way brings, for however short a time', async () => {
    const { fetchToken, requests } = makeServer(lasting('a', 0));
    const source = makeSource(makeEnvironment(), fetchToken);
    const got = source.get();
    expect(await source.reject('older')).toBe('a');
    expect(await got).toBe('a');
    expect(requests).toHaveLength(1);
  });

  it('whose caller went is still named, where the fetch under way brought the same token', async () => {
    const environment = makeEnvironment();
    const { fetchToken, requests } = makeServer(lasting('old'));
    const source = makeSource(environment, fetchToken);
    const gone = new AbortController();
    const got = source.get();
    const rejected = failureOf(source.reject('old', { signal: gone.signal }));
    gone.abort();
    expect(await rejected).toMatchObject({ code: 'ABORTED' });
    expect(await got).toBe('old');
    await environment.pass(hour);
    expect(await source.get()).toBe('token-1');
    expect(requests.map(({ rejectedToken }) => rejectedToken)).toEqual([undefined, 'old']);
  });

  it('that failed is not forgotten by the storage', async () => {
    const storage = makeStorage();
    const source = makeSource(makeEnvironment(), makeServer(lasting('old'), refuse(401)).fetchToken, { storage });
    await source.reject(await source.get()).catch(() => {});
    expect(storage.entries.get('nexconn-token')).toBe('');
    expect(await makeSource(makeEnvironment(), makeServer().fetchToken, { storage }).get()).toBe('token-1');
  });

  it('is named to the app server until there is another token, and not after that', async () => {
    const environment = makeEnvironment();
    const { fetchToken, requests } = makeServer(lasting('old'), lasting('new'));
    const source = makeSource(environment, fetchToken);
    expect(await source.reject(await source.get())).toBe('new');
    await environment.pass(hour);
    expect(await source.get()).toBe('token-1');
    expect(requests.map(({ rejectedToken }) => rejectedToken)).toEqual([undefined, 'old', undefined]);
  });

  it('takes the same token where the server insists on it', async () => {
    const source = makeSource(makeEnvironment(), makeServer(lasting('a'), lasting('a')).fetchToken);
    expect(await source.reject(await source.get())).toBe('a');
  });
});

describe('the storage', () => {
  it('keeps the token for the next run', async () => {
    const storage = makeStorage();
    await makeSource(makeEnvironment(), makeServer(lasting('a')).fetchToken, { storage: () => storage }).get();
    const { fetchToken, requests } = makeServer();
    expect(await makeSource(makeEnvironment(), fetchToken, { storage }).get()).toBe('a');
    expect(requests).toEqual([]);
  });

  it.each([
    ['an hour later', hour, 'token-1'],
    ['with a clock that went back', -1, 'token-1'],
    ['in time', hour / 2, 'a'],
  ])('a token with a lifetime, read %s', async (_when, ms, expected) => {
    const storage = makeStorage();
    await makeSource(makeEnvironment(), makeServer(lasting('a')).fetchToken, { storage }).get();
    const later = makeEnvironment();
    later.shiftWall(ms);
    expect(await makeSource(later, makeServer().fetchToken, { storage }).get()).toBe(expected);
  });

  it('counts on from an earlier run', async () => {
    const storage = makeStorage();
    await makeSource(makeEnvironment(), makeServer(lasting('a')).fetchToken, { storage }).get();
    const later = makeEnvironment();
    later.shiftWall(hour / 2);
    const source = makeSource(later, makeServer().fetchToken, { storage });
    expect(await source.get()).toBe('a');
    await later.pass(hour / 2 - 60_000);
    expect(await source.get()).toBe('token-1');
  });

  it.each(['', 'null', '[]', '{', '{"accessToken":7}', '{"accessToken":"a"}', '{"accessToken":"a","wall":0}'])(
    'that has %j is as good as empty',
    async (text) => {
      const storage = makeStorage();
      storage.setItem('nexconn-token', text);
      expect(await makeSource(makeEnvironment(), makeServer().fetchToken, { storage }).get()).toBe('token-1');
    },
  );

  it('keeps the tokens of two users apart', async () => {
    const storage = makeStorage();
    await makeSource(makeEnvironment(), makeServer(lasting('a')).fetchToken, { storage, userId: 'ada' }).get();
    const eve = { ...makeServer({ accessToken: 'e', userId: 'eve' }) };
    expect(await makeSource(makeEnvironment(), eve.fetchToken, { storage, userId: 'eve' }).get()).toBe('e');
    expect([...storage.entries.keys()]).toEqual(['nexconn-token:ada', 'nexconn-token:eve']);
    const shared = { storage, userId: 'eve', storageKey: 'nexconn-token:ada' };
    expect(await makeSource(makeEnvironment(), async () => ({ accessToken: 'f' }), shared).get()).toBe('f');
  });

  const broken = (_key?: string, value = ''): never => {
    throw new Error(`quota: ${value}`);
  };
  it.each([
    ['throws', { getItem: broken, setItem: broken, removeItem: broken }],
    [
      'rejects',
      {
        getItem: async () => broken(),
        setItem: async (_key: string, value: string) => broken('', value),
        removeItem: async () => broken(),
      },
    ],
    ['cannot even be reached', broken],
  ])('that %s never breaks get', async (_how, storage) => {
    const events: TokenSourceEvent[] = [];
    const source = makeSource(makeEnvironment(), makeServer().fetchToken, {
      storage,
      onEvent: (event) => events.push(event),
    });
    expect(await source.get()).toBe('token-1');
    expect(await source.get()).toBe('token-1');
    expect(await source.reject('token-1')).toBe('token-2');
    expect(events).toContainEqual(expect.objectContaining({ type: 'storage-failed', operation: 'read' }));
    expect(inspect(events, { depth: 9 })).not.toContain('token-1');
    await expect(source.clear()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  it('that never answers holds get up for a bounded time', async () => {
    const environment = makeEnvironment();
    const never = () => new Promise<never>(() => {});
    const storage = { getItem: never, setItem: never, removeItem: never };
    const got = makeSource(environment, makeServer().fetchToken, { storage }).get();
    await environment.pass(10_000);
    expect(await got).toBe('token-1');
  });

  it('whose removal failed is not read again before it is written', async () => {
    const storage = makeStorage();
    const source = makeSource(makeEnvironment(), makeServer(lasting('a'), lasting('b')).fetchToken, {
      storage: { ...storage, removeItem: broken },
    });
    await source.get();
    await expect(source.clear()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(await source.get()).toBe('b');
  });
});

describe('clear', () => {
  it('forgets the token in memory and in the storage', async () => {
    const storage = makeStorage();
    const source = makeSource(makeEnvironment(), makeServer().fetchToken, { storage });
    await source.get();
    await source.clear();
    expect([...storage.entries.keys()]).toEqual([markKey]);
    expect(await source.get()).toBe('token-2');
  });

  it('ends those who wait, and a late answer does not bring the token back', async () => {
    const storage = makeStorage();
    let answer: (token: { accessToken: string }) => void = () => {};
    const slow = () =>
      new Promise<{ accessToken: string }>((resolve) => {
        answer = resolve;
      });
    const { fetchToken, requests } = makeServer(slow);
    const source = makeSource(makeEnvironment(), fetchToken, { storage });
    const got = expect(source.get()).rejects.toMatchObject({ code: 'CLEARED' });
    await settle();
    await source.clear();
    answer({ accessToken: 'late' });
    await got;
    await settle();
    expect([...storage.entries.keys()]).toEqual([markKey]);
    expect(requests[0]?.signal.aborted).toBe(true);
    expect(await source.get()).toBe('token-1');
  });

  it('is not overtaken by a write or a read that began before it', async () => {
    const inner = makeStorage();
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const storage = {
      ...inner,
      getItem: async (key: string) => inner.getItem(key) as string | null,
      setItem: async (key: string, value: string) => {
        await gate;
        inner.setItem(key, value);
      },
    };
    const source = makeSource(makeEnvironment(), makeServer().fetchToken, { storage });
    const got = source.get().catch(({ code }) => code);
    await settle();
    const cleared = source.clear();
    open();
    await cleared;
    expect(await got).toBe('CLEARED');
    await settle();
    expect([...inner.entries.keys()]).toEqual([markKey]);
  });
});

describe('a listener', () => {
  it.each([
    ['logs out', (source: TokenSource) => void source.clear(), 'CLEARED'],
    ['closes the source', (source: TokenSource) => source.close(), 'ABORTED'],
  ])('that %s as the token comes has it kept by nobody', async (_what, act, code) => {
    const { fetchToken } = makeServer();
    const source = makeSource(makeEnvironment(), fetchToken);
    const stop = source.subscribe(({ type }) => {
      if (type === 'fetched') act(source);
    });
    expect(await failureOf(source.get())).toMatchObject({ code });
    stop();
    expect(await source.get()).toBe('token-2');
  });
});

it('a fetch that ended late leaves alone the one that has begun since', async () => {
  let answer = (): void => {};
  const slow = () =>
    new Promise<{ accessToken: string }>((resolve) => {
      answer = () => resolve({ accessToken: 'a' });
    });
  const { fetchToken, requests } = makeServer(() => new Promise(() => {}), slow);
  const source = makeSource(makeEnvironment(), fetchToken);
  const first = failureOf(source.get());
  await settle();
  const cleared = source.clear();
  const second = source.get();
  await cleared;
  await settle();
  const third = source.get();
  await settle();
  answer();
  expect(await first).toMatchObject({ code: 'CLEARED' });
  expect(await Promise.all([second, third])).toEqual(['a', 'a']);
  expect(requests).toHaveLength(2);
});

describe('two tabs', () => {
  function makeTwo(...answers: Parameters<typeof makeServer>) {
    const tabs = makeTabs();
    const server = makeServer(...answers);
    const storage = makeStorage();
    const environments = [makeEnvironment(tabs), makeEnvironment(tabs)] as const;
    const [one, two] = environments.map((each) => makeSource(each, server.fetchToken, { storage }));
    if (!one || !two) throw new Error('There are two.');
    return { one, two, server, storage, environments, tabs };
  }

  it('that share a storage fetch once', async () => {
    const { one, two, server } = makeTwo();
    expect(await Promise.all([one.get(), two.get()])).toEqual(['token-1', 'token-1']);
    expect(server.requests).toHaveLength(1);
  });

  it('replace a rejected token once', async () => {
    const { one, two, server } = makeTwo();
    await Promise.all([one.get(), two.get()]);
    expect(await Promise.all([one.reject('token-1'), two.reject('token-1')])).toEqual(['token-2', 'token-2']);
    expect(server.requests).toHaveLength(2);
  });

  it('hear of a replaced token', async () => {
    const { one, two, server } = makeTwo();
    await Promise.all([one.get(), two.get()]);
    const events: string[] = [];
    two.subscribe(({ type }) => events.push(type));
    await one.reject('token-1');
    await settle();
    expect(events).toEqual(['taken']);
    expect(await two.get()).toBe('token-2');
    expect(server.requests).toHaveLength(2);
  });

  it('log out together, with a fetch under way', async () => {
    const { one, two, storage } = makeTwo(lasting('a'), () => new Promise(() => {}));
    await one.get();
    const got = expect(two.reject('a')).rejects.toMatchObject({ code: 'CLEARED' });
    await settle();
    await one.clear();
    await got;
    await settle();
    expect([...storage.entries.keys()]).toEqual([markKey]);
  });

  it('log out together even where what one has just stored comes after the removal', async () => {
    const { one, two, storage } = makeTwo(lasting('a'));
    await two.get();
    const written = storage.entries.get('nexconn-token') ?? '';
    await one.clear();
    storage.setItem('nexconn-token', written);
    await settle();
    expect([...storage.entries.keys()]).toEqual([markKey]);
  });

  it('look for a moment for what the other has stored, where that takes one to be seen', async () => {
    const tabs = makeTabs();
    const shared = makeStorage();
    const { fetchToken, requests } = makeServer();
    const [here, there] = [makeEnvironment(tabs), makeEnvironment(tabs)];
    const one = makeSource(here, fetchToken, { storage: shared });
    let seen = false;
    const late = { ...shared, getItem: (key: string) => (seen ? shared.getItem(key) : null) };
    const two = makeSource(there, fetchToken, { storage: late });
    const got = Promise.all([one.get(), two.get()]);
    await there.pass(50);
    seen = true;
    await there.pass(50);
    expect(await got).toEqual(['token-1', 'token-1']);
    expect(requests).toHaveLength(1);
  });

  it('do not take a token that was removed by a log-out, where that takes a moment to be seen', async () => {
    const { one, two, storage } = makeTwo(lasting('a'), lasting('b'));
    await one.get();
    const stale = storage.entries.get('nexconn-token') ?? '';
    await one.clear();
    await settle();
    storage.setItem('nexconn-token', stale);
    expect(await two.get()).toBe('b');
  });

  it('ask for nothing once nobody waits any more: for the storage, or for another one', async () => {
    for (const tabs of [makeTabs(), {}]) {
      const environment = makeEnvironment(tabs);
      const { fetchToken, requests } = makeServer();
      let answer = (): void => {};
      const storage = {
        ...makeStorage(),
        getItem: () =>
          new Promise<null>((resolve) => {
            answer = () => resolve(null);
          }),
      };
      const gone = new AbortController();
      const got = failureOf(makeSource(environment, fetchToken, { storage }).get({ signal: gone.signal }));
      await settle();
      gone.abort();
      for (let reads = 0; reads < 4; reads += 1) {
        answer();
        await settle();
      }
      expect(await got).toMatchObject({ code: 'ABORTED' });
      expect(requests).toHaveLength(0);
    }
    const { two, environments, tabs, server } = makeTwo();
    let release = (): void => {};
    tabs.locks.request(
      'nexconn-token-source:nexconn-token',
      {},
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    const gone = new AbortController();
    const got = failureOf(two.get({ signal: gone.signal }));
    await settle();
    gone.abort();
    await environments[1].pass(15_000);
    release();
    await settle();
    expect(await got).toMatchObject({ code: 'ABORTED' });
    expect(server.requests).toHaveLength(0);
  });

  it('do not wait for a stuck one for ever', async () => {
    const { two, environments, tabs } = makeTwo();
    tabs.locks.request('nexconn-token-source:nexconn-token', {}, () => new Promise(() => {}));
    const got = two.get();
    await environments[1].pass(14_999);
    await environments[1].pass(1);
    expect(await got).toBe('token-1');
  });

  it('without locks and channels hear of each other by the storage', async () => {
    const events = new EventTarget();
    const storage = makeStorage();
    const source = makeSource(makeEnvironment({ events }), makeServer(lasting('a')).fetchToken, { storage });
    await source.get();
    const tell = (newValue: string | null, key: string | null = 'nexconn-token') =>
      events.dispatchEvent(Object.assign(new Event('storage'), { key, newValue, storageArea: storage }));
    const seen: string[] = [];
    source.subscribe(({ type }) => seen.push(type));

    const other = (storage.entries.get('nexconn-token') ?? '').replace('"a"', '"b"');
    storage.setItem('nexconn-token', other);
    tell(other, 'another-key');
    await settle();
    expect(seen).toEqual([]);
    // A token that has been removed since: the removal has an event of its own.
    storage.setItem('nexconn-token', '');
    storage.removeItem('nexconn-token');
    tell(other);
    await settle();
    expect(seen).toEqual([]);
    storage.setItem('nexconn-token', other);
    tell(other);
    await settle();
    expect(await source.get()).toBe('b');
    // The removal of a token that another one has followed.
    storage.setItem('nexconn-token', other.replace('"b"', '"c"'));
    tell(null);
    await settle();
    expect(await source.get()).toBe('c');
    storage.entries.clear();
    tell(null, null);
    await settle();
    expect(seen).toEqual(['taken', 'taken', 'cleared']);
    expect(await source.get()).toBe('token-1');

    source.close();
    storage.entries.clear();
    tell(null, null);
    await settle();
    expect(seen).toEqual(['taken', 'taken', 'cleared', 'fetched']);
  });
});

describe('a source', () => {
  it('with a literal token gives it until it is rejected', async () => {
    const source = createTokenSource({ token: 'literal' });
    expect(await source.get()).toBe('literal');
    await expect(source.reject('literal')).rejects.toMatchObject({ code: 'TOKEN_FIXED' });
  });

  it('shows no token to inspect, JSON and errors', async () => {
    const source = makeSource(
      makeEnvironment(),
      makeServer(lasting('top-secret'), ({ rejectedToken }) => {
        throw Object.assign(new TypeError(`no: ${rejectedToken}`), { config: { data: rejectedToken } });
      }).fetchToken,
      { maxAttempts: 1 },
    );
    await source.get();
    const error = await failureOf(source.reject('top-secret'));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', cause: { message: 'no: [redacted]' } });
    for (const shown of [inspect([source, error], { depth: 9, showHidden: true }), JSON.stringify([source, error])]) {
      expect(shown).not.toContain('top-secret');
    }
  });

  it('is not disturbed by a listener that throws, and ends with close', async () => {
    const { fetchToken } = makeServer(() => new Promise(() => {}));
    const source = makeSource(makeEnvironment(makeTabs()), fetchToken, {
      onEvent() {
        throw new Error('no');
      },
    });
    const got = expect(source.get()).rejects.toMatchObject({ code: 'ABORTED' });
    await settle();
    source.close();
    await got;
    expect(await source.get()).toBe('token-1');
  });

  it('is made where localStorage is null, as in a WebView without one', async () => {
    const { fetchToken } = makeServer();
    expect(await createTokenSource({ fetchToken, storage: null as never }).get()).toBe('token-1');
  });

  it.each([{}, 'no', 7])('takes no %j for a signal, whether or not it has a token', async (signal) => {
    const { fetchToken, requests } = makeServer();
    const source = makeSource(makeEnvironment(), fetchToken);
    const options = { signal } as never;
    const wrong = { code: 'INVALID_OPTION', message: expect.stringMatching(/^signal is /) };
    await expect(source.get(options)).rejects.toMatchObject(wrong);
    await source.get({ signal: null as never });
    await expect(source.get(options)).rejects.toMatchObject(wrong);
    await expect(source.reject('token-1', options)).rejects.toMatchObject(wrong);
    expect(await source.get(null as never)).toBe('token-1');
    expect(requests).toHaveLength(1);
  });

  it.each<[given: unknown, message: string]>([
    [{ sgnal: new AbortController().signal }, 'sgnal is no option. Did you mean signal?'],
    [7, 'options is of type number. Pass an object.'],
    ['no', 'options is of type string. Pass an object.'],
    [() => {}, 'options is of type function. Pass an object.'],
  ])('refuses %o for the options of get and reject by name, whether or not it has a token', async (given, message) => {
    const { fetchToken, requests } = makeServer();
    const source = makeSource(makeEnvironment(), fetchToken);
    const refusal = { name: 'TokenSourceError', code: 'INVALID_OPTION', message };
    await expect(source.get(given as never)).rejects.toMatchObject(refusal);
    await expect(source.reject('old', given as never)).rejects.toMatchObject(refusal);
    expect(requests).toHaveLength(0);
    await source.get();
    await expect(source.get(given as never)).rejects.toMatchObject(refusal);
    await expect(source.reject('token-1', given as never)).rejects.toMatchObject(refusal);
    expect(await source.get()).toBe('token-1');
  });

  it.each<[given: unknown, problem: string]>([
    [undefined, 'is of type undefined'],
    [null, 'is null'],
    [7, 'is of type number'],
    ['', 'is empty'],
    [' \n', 'is empty'],
  ])('refuses to reject %j, which is no token', async (given, problem) => {
    const { fetchToken, requests } = makeServer();
    const rejected = makeSource(makeEnvironment(), fetchToken).reject(given as never);
    const message = `token ${problem}. Pass a text that is not empty.`;
    await expect(rejected).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
    expect(requests).toHaveLength(0);
  });

  it.each<[given: unknown, what: string]>([
    [undefined, 'null'],
    [null, 'null'],
    [7, 'of type number'],
    [{}, 'of type object'],
  ])('refuses %j, which is no listener', (given, what) => {
    const { subscribe } = createTokenSource({ token: 'a' });
    const message = `listener is ${what}. Pass a function, or leave it out.`;
    const refusal = expect.objectContaining({ code: 'INVALID_OPTION', message });
    expect(() => subscribe(given as never)).toThrow(refusal);
  });

  it('does not compile of wrong combinations', () => {
    const fetchToken = async () => ({ accessToken: 'a' });
    const wrong = (): void => {
      // @ts-expect-error two ways to a token
      createTokenSource({ endpoint: '/a', token: 'b' });
      // @ts-expect-error headers are for an endpoint
      createTokenSource({ fetchToken, headers: {} });
      // @ts-expect-error a literal token is not stored
      createTokenSource({ token: 'a', storage: makeStorage() });
      // @ts-expect-error no way to a token
      createTokenSource({ storage: makeStorage() });
    };
    expect(wrong).toBeTypeOf('function');
  });
});
