import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StoredToken, TokenStore } from '../types.js';
import { createBoundedStore } from './bounded-store.js';
import { createMemoryStore } from './create-memory-store.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const token: StoredToken = { userId: 'ada', name: '', avatarUrl: '', accessToken: 'x', secretId: 's', issuedAt: 1 };
const calls: { readonly [Name in Exclude<keyof TokenStore, 'forApp' | 'checkWrite'>]: Parameters<TokenStore[Name]> } = {
  read: ['ada'],
  acquireLease: ['ada', 5_000],
  extendLease: ['ada', '1', 5_000],
  releaseLease: ['ada', '1'],
  write: [token, '1'],
  remove: ['ada'],
  currentSecret: [],
  setCurrentSecret: ['s', { expected: undefined }],
  listOutdated: ['s', 'ada', 7],
  count: ['s'],
  close: [],
};
type Method = keyof typeof calls;
const ofOneUser = Object.keys(calls).filter((name) => !['listOutdated', 'count', 'close'].includes(name)) as Method[];

function ask(store: TokenStore, method: Method): Promise<unknown> {
  return (store[method] as (...args: unknown[]) => Promise<unknown>)(...calls[method]);
}

/** A store whose method is the given one. */
function makeStore(method: Method, own: (...args: unknown[]) => unknown): TokenStore {
  return createBoundedStore({ ...createMemoryStore(), [method]: own }, 2_000);
}

it.each(Object.keys(calls) as Method[])('%s is passed on as it is, and so is its answer', async (method) => {
  const answers: Partial<Record<Method, unknown>> = {
    read: { token, currentSecret: 's', isUnreadable: true },
    acquireLease: '1',
    currentSecret: 's',
    listOutdated: [{ userId: 'bob', name: '', avatarUrl: '' }],
    count: { users: 1, outdated: 1 },
  };
  const own = vi.fn(async () => answers[method]);
  expect(await ask(makeStore(method, own), method)).toEqual(answers[method]);
  expect(own.mock.calls).toEqual([calls[method]]);
  expect(vi.getTimerCount()).toBe(0);
});

it.each(ofOneUser)('%s, which is about one user, times out', async (method) => {
  const store = makeStore(method, () => new Promise(() => {}));
  const failed = expect(ask(store, method)).rejects.toMatchObject({
    code: 'TIMED_OUT',
    message: 'The store has not answered within 2000 ms.',
  });
  await vi.advanceTimersByTimeAsync(2_001);
  await failed;
  expect(vi.getTimerCount()).toBe(0);
});

it.each(ofOneUser)('%s rejects also where the store throws', async (method) => {
  const store = makeStore(method, () => {
    throw new Error('Lost.');
  });
  await expect(ask(store, method)).rejects.toThrow('Lost.');
});

it.each(['listOutdated', 'count', 'close'] as const)('%s takes its time', async (method) => {
  const store = makeStore(method, () => new Promise((resolve) => setTimeout(() => resolve('late'), 60_000)));
  const late = ask(store, method);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await late).toBe('late');
});

it('null is nothing: no token, no lease, no App Secret', async () => {
  const none = async () => null;
  expect(
    await ask(
      makeStore('read', async () => ({ token: null, currentSecret: null })),
      'read',
    ),
  ).toEqual({
    token: undefined,
    currentSecret: undefined,
  });
  expect(await ask(makeStore('acquireLease', none), 'acquireLease')).toBeUndefined();
  expect(
    await ask(
      makeStore('acquireLease', async () => undefined),
      'acquireLease',
    ),
  ).toBeUndefined();
  expect(await ask(makeStore('currentSecret', none), 'currentSecret')).toBeUndefined();
});

it.each([[''], [7], [true], [['1']]])('%j is no ID of a lease', async (leaseId) => {
  const failing = ask(
    makeStore('acquireLease', async () => leaseId),
    'acquireLease',
  );
  await expect(failing).rejects.toThrow(`returned a ${typeof leaseId}.`);
});

it('a lease that comes too late is released, and none where it is still refused then', async () => {
  for (const [leaseId, afterMs, released] of [
    ['1', 3_000, [['ada', '1']]],
    [undefined, 3_000, []],
    ['1', 1_000, []],
  ] as const) {
    const releaseLease = vi.fn(async () => {});
    const acquireLease = () =>
      new Promise<string | undefined>((resolve) => setTimeout(() => resolve(leaseId), afterMs));
    const store = createBoundedStore({ ...createMemoryStore(), acquireLease, releaseLease }, 2_000);
    const acquired = store.acquireLease('ada', 5_000).catch(({ code }) => code);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await acquired).toBe(afterMs < 2_000 ? leaseId : 'TIMED_OUT');
    expect(releaseLease.mock.calls).toEqual(released);
  }
});
