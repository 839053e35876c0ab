import { describe, expect, it } from 'vitest';
import { makeEnvironment, makeTabs, settle } from '../../test/support/make-environment.js';
import { failureOf, makeServer, makeSource, makeStorage } from '../../test/support/make-source.js';
import type { TokenSource } from '../index.js';

const never = () => new Promise<never>(() => {});
const lockName = 'nexconn-token-source:nexconn-token';

describe('what tabs tell each other', () => {
  /** Two tabs whose messages are seen. */
  function makeTwo() {
    const tabs = makeTabs();
    const posted: string[] = [];
    const names = new Set<string>();
    const openChannel = (name: string) => {
      names.add(name);
      const channel = tabs.openChannel(name);
      const post = channel.postMessage;
      return Object.assign(channel, {
        postMessage(data: string) {
          posted.push(data);
          post(data);
        },
      });
    };
    const { fetchToken } = makeServer();
    const makeTab = () => {
      const seen: string[] = [];
      const environment = makeEnvironment({ openChannel, random: () => 0.5 });
      const source = makeSource(environment, fetchToken, { onEvent: ({ type }) => seen.push(type) });
      return { environment, source, seen };
    };
    return { posted, names, one: makeTab(), two: makeTab() };
  }

  it('is that there is another token, or a log-out with its mark', async () => {
    const { posted, names, one } = makeTwo();
    await one.source.get();
    await one.source.clear();
    expect([...names]).toEqual([lockName]);
    expect(posted).toEqual(['changed', `cleared ${one.environment.now()}-0.5`]);
  });

  it('is heard until one is closed, and said no more after that', async () => {
    const { one, two } = makeTwo();
    await one.source.get();
    await one.source.clear();
    await settle();
    expect(two.seen).toEqual(['cleared']);
    two.source.close();
    await one.source.clear();
    await settle();
    expect(two.seen).toEqual(['cleared']);
    await two.source.clear();
    await settle();
    expect(one.seen).toEqual(['fetched', 'cleared', 'cleared']);
  });

  it.each([null, undefined, 5, {}, { toString: null, valueOf: null }, Object.create(null), [[]], 'cleared', ''])(
    'is no failure of the page, whatever else posts there: %j',
    (data) => {
      const channel: Partial<BroadcastChannel> = {};
      const openChannel = () => channel as BroadcastChannel;
      makeSource(makeEnvironment({ openChannel }), makeServer().fetchToken);
      const message = { data } as MessageEvent;
      expect(() => channel.onmessage?.call(channel as BroadcastChannel, message)).not.toThrow();
      expect(channel.onmessage).toBeTypeOf('function');
    },
  );

  it('is heard by a tab that shares no storage where it is a log-out, and not by events of the storage', async () => {
    const events = new EventTarget();
    const seen: string[] = [];
    const { fetchToken } = makeServer();
    makeSource(makeEnvironment({ events }), fetchToken, { onEvent: ({ type }) => seen.push(type) });
    events.dispatchEvent(Object.assign(new Event('storage'), { key: null, newValue: null }));
    await settle();
    expect(seen).toEqual([]);
  });
});

describe('the lock of a fetch', () => {
  it('is not waited for by tabs that share no storage', async () => {
    const tabs = makeTabs();
    tabs.locks.request(lockName, {}, never);
    const { fetchToken } = makeServer();
    const got = makeSource(makeEnvironment(tabs), fetchToken).get();
    await settle();
    expect(await got).toBe('token-1');
  });

  it('is not waited for by whoever finds a token in the storage', async () => {
    const tabs = makeTabs();
    const storage = makeStorage();
    const { fetchToken } = makeServer();
    await makeSource(makeEnvironment(tabs), fetchToken, { storage }).get();
    tabs.locks.request(lockName, {}, never);
    const got = makeSource(makeEnvironment(tabs), fetchToken, { storage }).get();
    await settle();
    expect(await got).toBe('token-1');
  });

  it('is done without at once where it is blocked', async () => {
    const request = () => Promise.reject(new DOMException('blocked', 'SecurityError'));
    const environment = makeEnvironment({ locks: { request } });
    const { fetchToken, requests } = makeServer();
    const got = makeSource(environment, fetchToken, { storage: makeStorage() }).get();
    await settle();
    expect(requests).toHaveLength(1);
    expect(await got).toBe('token-1');
  });

  /** A tab that waits for a lock that another one holds; the signals of its requests are seen. */
  function waitForLock(ask: (source: TokenSource, signal: AbortSignal) => Promise<string>) {
    const signals: (AbortSignal | undefined)[] = [];
    const locks = {
      request: ((_name: string, { ifAvailable, signal }: LockOptions, run: LockGrantedCallback<unknown>) => {
        if (ifAvailable) return Promise.resolve(run(null));
        signals.push(signal);
        return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      }) as never,
    };
    const environment = makeEnvironment({ locks });
    const inner = makeStorage();
    const writes: string[] = [];
    const setItem = (key: string, value: string) => {
      writes.push(value);
      return inner.setItem(key, value);
    };
    const { fetchToken, requests } = makeServer();
    const source = makeSource(environment, fetchToken, { storage: { ...inner, setItem } });
    const gone = new AbortController();
    const got = ask(source, gone.signal);
    return { environment, got, gone, signals, requests, writes };
  }

  it('is given up by who waits for it no more: nothing is written, and no timer goes on', async () => {
    const test = waitForLock((source, signal) => source.reject('old', { signal }));
    const failed = failureOf(test.got);
    await settle();
    expect(test.signals.map((signal) => signal?.aborted)).toEqual([false]);
    expect(test.environment.timers()).toEqual([15_000]);
    test.gone.abort();
    expect(await failed).toMatchObject({ code: 'ABORTED' });
    await settle();
    expect(test.signals.map((signal) => signal?.aborted)).toEqual([true]);
    expect(test.environment.timers()).toEqual([]);
    expect([test.writes, test.requests]).toEqual([[], []]);
  });

  it('is given up after its time, once there is a token without it', async () => {
    const test = waitForLock((source) => source.get());
    await test.environment.pass(15_000);
    expect(await test.got).toBe('token-1');
    await settle();
    expect(test.signals.map((signal) => signal?.aborted)).toEqual([true]);
    expect(test.environment.timers()).toEqual([]);
  });
});
