import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeEnvironment, makeTabs, settle } from '../test/support/make-environment.js';
import { makeServer, makeSource, makeStorage, refuse } from '../test/support/make-source.js';
import type { Environment } from './environment.js';
import { encryptStorage, type TokenSourceEvent } from './index.js';

/** As long as the guide says that a lock holds a source up, and a storage. */
const longestMs = 15_000 + 3_000;
const never = () => new Promise<never>(() => {});
const blocked = (): never => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};
const blockedLater = async () => blocked();
const wrongChannel = (more: object) => ({ onmessage: null, postMessage() {}, close() {}, ...more });

describe('a page', () => {
  beforeEach(() => {
    vi.stubGlobal('document', {});
    vi.stubGlobal('addEventListener', () => {});
    vi.stubGlobal('removeEventListener', () => {});
    // No back-off has to be sat out.
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it.each([
    ['BroadcastChannel is absent', { BroadcastChannel: undefined }],
    [
      'new BroadcastChannel throws, as in Firefox with cookies blocked',
      {
        BroadcastChannel: class {
          constructor() {
            blocked();
          }
        },
      },
    ],
    ['navigator is absent', { navigator: undefined }],
    ['Web Locks are absent', { navigator: {} }],
    ['navigator.locks throws', { navigator: Object.defineProperty({}, 'locks', { get: blocked }) }],
    ['Web Locks throw', { navigator: { locks: { request: blocked } } }],
    ['Web Locks reject', { navigator: { locks: { request: blockedLater } } }],
    ['there are no events', { addEventListener: undefined, removeEventListener: undefined }],
    ['events throw', { addEventListener: blocked, removeEventListener: blocked }],
    ['performance is absent', { performance: undefined }],
    ['performance throws', { performance: { now: blocked } }],
    ['crypto is absent', { crypto: undefined }],
  ])('where %s gets a token, replaces it and logs out', async (_what, globals) => {
    vi.resetModules();
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    const { createTokenSource } = await import('./index.js');
    const { fetchToken } = makeServer(refuse(503));
    const storage = makeStorage();
    const source = createTokenSource({ fetchToken, storage });
    expect(await source.get()).toBe('token-1');
    expect(await source.reject('token-1')).toBe('token-2');
    expect(storage.entries.get('nexconn-token')).toContain('token-2');
    await source.clear();
    expect(storage.entries.has('nexconn-token')).toBe(false);
    source.close();
  });
});

describe('a source gives a token in time', () => {
  const working = makeTabs();
  it.each<[string, Partial<Environment>]>([
    ['locks that throw', { locks: { request: blocked } }],
    ['locks that reject', { locks: { request: blockedLater } }],
    ['locks that never answer', { locks: { request: never } }],
    [
      'locks that are never granted and cannot be given up',
      {
        locks: {
          request: ((_name: string, { ifAvailable }: LockOptions, run: LockGrantedCallback<unknown>) =>
            ifAvailable ? run(null) : never()) as never,
        },
      },
    ],
    ['locks that settle without being granted', { locks: { request: (async () => undefined) as never } }],
    [
      'locks that never settle once they were granted',
      {
        locks: {
          request: ((_name: string, _options: LockOptions, run: LockGrantedCallback<unknown>) => {
            run({ mode: 'exclusive', name: '' });
            return never();
          }) as never,
        },
      },
    ],
    ['a channel that cannot be opened', { openChannel: blocked }],
    [
      'a channel that cannot be listened to',
      { openChannel: () => Object.defineProperty(wrongChannel({}), 'onmessage', { set: blocked }) },
    ],
    ['a channel that cannot be posted to', { openChannel: () => wrongChannel({ postMessage: blocked }) }],
    ['a channel that cannot be closed', { openChannel: () => wrongChannel({ close: blocked }) }],
    ['events that cannot be listened to', { events: { addEventListener: blocked, removeEventListener: blocked } }],
    ['timers that never come', { after: () => () => {} }],
  ])('with %s', async (_what, broken) => {
    const environment = makeEnvironment({ ...working, ...broken });
    const { fetchToken, requests } = makeServer();
    const storage = makeStorage();
    const source = makeSource(environment, fetchToken, { storage });
    const got = source.get();
    await environment.pass(longestMs);
    expect(await got).toBe('token-1');
    const replaced = source.reject('token-1');
    await environment.pass(longestMs);
    expect(await replaced).toBe('token-2');
    expect(requests).toHaveLength(2);
    await source.clear();
    source.close();
    expect(storage.entries.has('nexconn-token')).toBe(false);
  });

  it('and waits out its back-off where it cannot hear that the device is online', async () => {
    const environment = makeEnvironment({ events: { addEventListener: blocked, removeEventListener: blocked } });
    const got = makeSource(environment, makeServer(refuse(503)).fetchToken).get();
    await environment.pass(60_000);
    expect(await got).toBe('token-1');
  });

  it.each<[string, object | null]>([
    ['is null, as in a WebView without one', null],
    ['reads never', { getItem: never }],
    ['writes never', { setItem: never }],
    ['removes never', { removeItem: never }],
    ['does nothing ever', { getItem: never, setItem: never, removeItem: never }],
    ['cannot write', { setItem: undefined }],
    ['cannot remove', { removeItem: blocked }],
    ['keeps nothing', { getItem: () => null }],
    ['reads something else', { getItem: () => 7 }],
    ['reads what is no text', { getItem: () => Symbol('text') }],
    ['reads what becomes no text', { getItem: () => ({ toString: blocked }) }],
    ['encrypts where there is no database', encryptStorage(makeStorage())],
  ])('with a storage that %s, and is not held up by it each time', async (_what, broken) => {
    const inner = makeStorage();
    const storage = () => (broken && { ...inner, ...broken }) as never;
    const environment = makeEnvironment(makeTabs());
    const { fetchToken } = makeServer();
    const source = makeSource(environment, fetchToken, { storage });
    const got = source.get();
    await environment.pass(3_000);
    expect(await got).toBe('token-1');
    const replaced = source.reject('token-1');
    await environment.pass(3_000);
    expect(await replaced).toBe('token-2');
    const cleared = source.clear().catch(({ code }) => code);
    await environment.pass(3_000);
    await cleared;
    const next = source.get();
    await environment.pass(3_000);
    expect(await next).toBe('token-3');
  });

  it('from a storage again that did not answer for a while', async () => {
    const environment = makeEnvironment();
    const inner = makeStorage();
    let stuck = true;
    const storage = { ...inner, getItem: (key: string) => (stuck ? never() : inner.getItem(key)) };
    const events: TokenSourceEvent[] = [];
    const { fetchToken } = makeServer({ accessToken: 'a', expiresInSeconds: 100 });
    const source = makeSource(environment, fetchToken, { storage, onEvent: (event) => events.push(event) });
    const got = source.get();
    await environment.pass(3_000);
    expect(await got).toBe('a');
    stuck = false;
    await environment.pass(100_000);
    inner.setItem('nexconn-token', JSON.stringify({ accessToken: 'b', lifetimeMs: null, wall: environment.now() }));
    expect(await source.get()).toBe('b');
    expect(events.at(-1)).toEqual({ type: 'taken' });
  });
});

it('a lock that comes after its time starts nothing more', async () => {
  let grant: (() => unknown) | undefined;
  const locks = {
    request: ((_name: string, { ifAvailable }: LockOptions, run: LockGrantedCallback<unknown>) => {
      if (ifAvailable) return Promise.resolve(run(null));
      grant = () => run({ mode: 'exclusive', name: '' });
      return never();
    }) as never,
  };
  const environment = makeEnvironment({ locks });
  const { fetchToken, requests } = makeServer();
  const got = makeSource(environment, fetchToken, { storage: makeStorage() }).get();
  await environment.pass(15_000);
  expect(await got).toBe('token-1');
  await grant?.();
  await settle();
  expect(requests).toHaveLength(1);
});
