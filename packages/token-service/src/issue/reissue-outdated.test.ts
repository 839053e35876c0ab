import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenServiceError, type TokenServiceErrorCode } from '../errors.js';
import { resolveOptions } from '../resolve-options.js';
import { createMemoryStore } from '../stores/create-memory-store.js';
import type { ReissueOptions, ReissueProgress, StoredUser, TokenServiceOptions, TokenStore } from '../types.js';
import { reissueOutdated } from './reissue.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const failure = (code: string, retryAfterMs?: number) =>
  new TokenServiceError('No.', {
    code: code as TokenServiceErrorCode,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

interface Doubles {
  readonly secretIds?: { readonly inForce: string; readonly all: readonly string[] };
  readonly currentSecret?: string;
  /** Of whom there is a token of the secret `a`. */
  readonly userIds?: readonly string[];
  readonly methods?: Partial<TokenStore>;
  readonly issue?: (user: StoredUser, isProbe: boolean) => Promise<unknown>;
  readonly tryNext?: () => void;
}

/** A run that notes whom it issues for, `?` behind those it tries, and what it tells of its progress. */
async function startRun(
  { secretIds = { inForce: 'b', all: ['a', 'b'] }, currentSecret, userIds = [], methods, ...doubles }: Doubles,
  options: ReissueOptions = {},
) {
  const below = createMemoryStore();
  for (const userId of userIds) {
    await below.write({ userId, name: userId, avatarUrl: '', accessToken: 'x', secretId: 'a', issuedAt: 1 }, '');
  }
  if (currentSecret !== undefined) await below.setCurrentSecret(currentSecret, { expected: undefined });
  const issued: string[] = [];
  const progress: ReissueProgress[] = [];
  const client = {
    issueAccessToken: () => expect.unreachable('It is called by an issuer alone.'),
    appSecrets: { ids: async () => secretIds, tryNext: doubles.tryNext },
  } as unknown as TokenServiceOptions['client'];
  const settings = resolveOptions({ client, store: { ...below, ...methods } });
  const done = reissueOutdated(
    settings,
    { onProgress: (each) => progress.push(each), ...options },
    async (user, isProbe) => {
      issued.push(`${user.userId}${isProbe ? '?' : ''}`);
      await doubles.issue?.(user, isProbe);
    },
  );
  return { done, issued, progress };
}

describe('progress', () => {
  it('has what is left by the pace so far, and nothing of it before there is one', async () => {
    // The process has run for a while.
    await vi.advanceTimersByTimeAsync(10_000);
    const { done, progress } = await startRun(
      {
        userIds: ['u1', 'u2', 'u3', 'u4'],
        async issue({ userId }) {
          await wait(userId === 'u2' ? 3_000 : 1_000);
          if (userId === 'u3') throw failure('ISSUE_FAILED');
        },
      },
      { concurrency: 1 },
    );
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await done).toEqual({ total: 4, done: 3, failed: 1, remainingMs: 0 });
    expect(progress).toEqual([
      { total: 4, done: 1, failed: 0, remainingMs: 3_000 },
      { total: 4, done: 2, failed: 0, remainingMs: 4_000 },
      { total: 4, done: 2, failed: 1, remainingMs: 5_000 / 3 },
      { total: 4, done: 3, failed: 1, remainingMs: 0 },
    ]);
    const { done: nothing } = await startRun({});
    expect(await nothing).toEqual({ total: 0, done: 0, failed: 0, remainingMs: undefined });
  });

  it('never has less than nothing left, where more users are found than there were', async () => {
    const { done, progress } = await startRun(
      {
        userIds: ['u1', 'u2', 'u3'],
        methods: { count: async () => ({ users: 3, outdated: 1 }) },
        issue: () => wait(1_000),
      },
      { concurrency: 1 },
    );
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await done).toMatchObject({ total: 1, done: 3 });
    expect(progress.map(({ remainingMs }) => remainingMs)).toEqual([0, 0, 0]);
  });
});

describe('users', () => {
  it('come in pages of 500, read once each however many ask at once, and in the order of their IDs', async () => {
    const userIds = Array.from({ length: 1_100 }, (_, index) => `u${index + 1_000}`);
    const pages: [after: string | undefined, limit: number][] = [];
    const listed = userIds.map((userId) => ({ userId, name: '', avatarUrl: '' }));
    const methods: Partial<TokenStore> = {
      async listOutdated(_secretId, after, limit) {
        pages.push([after, limit]);
        await wait(10);
        const from = after === undefined ? 0 : userIds.indexOf(after) + 1;
        return listed.slice(from, from + limit);
      },
    };
    const { done, issued } = await startRun({ methods, issue: () => wait(1) });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await done).toMatchObject({ done: 1_100, failed: 0 });
    expect(issued).toEqual(userIds);
    expect(pages).toEqual([
      [undefined, 500],
      ['u1499', 500],
      ['u1999', 500],
      ['u2099', 500],
    ]);
  });

  it.each([
    [undefined, 32],
    [5, 5],
  ])('are issued for with a concurrency of %s by %i at once', async (concurrency, atOnce) => {
    let [underWay, most] = [0, 0];
    const { done } = await startRun(
      {
        userIds: Array.from({ length: 100 }, (_, index) => `u${index}`),
        async issue() {
          underWay += 1;
          most = Math.max(most, underWay);
          await wait(10);
          underWay -= 1;
        },
      },
      { concurrency },
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await done).toMatchObject({ done: 100 });
    expect(most).toBe(atOnce);
  });

  it('whose trouble passes get another attempt, and those whose trouble does not are passed over', async () => {
    const triedBefore = new Set<string>();
    const { done } = await startRun({
      userIds: ['u1', 'u2', 'u3'],
      async issue({ userId }) {
        if (userId === 'u2') throw failure('TRY_LATER', 2_000);
        if (userId === 'u3' && !triedBefore.has(userId)) {
          triedBefore.add(userId);
          throw failure('STORE_FAILED', 2_000);
        }
      },
    });
    await vi.advanceTimersByTimeAsync(8_000);
    expect(await done).toMatchObject({ done: 2, failed: 1 });
  });

  it('end the run where the store has failed three of them in a row, all who are under way with it', async () => {
    const userIds = Array.from({ length: 100 }, (_, index) => `u${index + 100}`);
    const { done, issued } = await startRun(
      { userIds, issue: () => Promise.reject(failure('STORE_FAILED', 2_000)) },
      { concurrency: 8 },
    );
    const failed = expect(done).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    // Five attempts each; two had begun with another one by the time that the third failed.
    expect([issued.length, new Set(issued).size]).toEqual([50, 10]);
  });

  it('are passed over where the store fails two of three, over and over, or where it is another trouble', async () => {
    const { done } = await startRun(
      {
        userIds: ['u1', 'u2', 'u3', 'u4', 'u5', 'u6'],
        async issue({ userId }) {
          if (userId !== 'u3') throw failure(userId === 'u6' ? 'TRY_LATER' : 'STORE_FAILED', 1);
        },
      },
      { concurrency: 1 },
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await done).toMatchObject({ total: 6, done: 1, failed: 5 });
  });

  it('are left where they are at the signal, as they are where a page cannot be read', async () => {
    const stop = new AbortController();
    const { done, issued } = await startRun(
      {
        userIds: ['u1', 'u2', 'u3'],
        async issue() {
          stop.abort();
        },
      },
      { concurrency: 1, signal: stop.signal },
    );
    await expect(done).rejects.toMatchObject({ code: 'ABORTED' });
    expect(issued).toEqual(['u1']);
    const lost = await startRun({ methods: { listOutdated: () => Promise.reject(new Error('Lost.')) } });
    const failed = expect(lost.done).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await vi.advanceTimersByTimeAsync(10_000);
    await failed;
  });

  it('are not even counted by a store that fails', async () => {
    const { done } = await startRun({ methods: { count: () => Promise.reject(new Error('Lost.')) } });
    await expect(done).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('what hangs', () => {
  const hang = () => new Promise<never>(() => {});
  const pair = { inForce: 'a', all: ['a', 'b'] };

  it.each<[what: string, doubles: Doubles]>([
    ['a list', { methods: { listOutdated: hang } }],
    ['the list of those who are tried', { secretIds: pair, methods: { listOutdated: hang } }],
    ['a count', { methods: { count: hang } }],
    ['a call', { issue: hang }],
    ['the call that finds the App Secret out', { secretIds: pair, issue: hang }],
  ])('ends two seconds after the signal, and leaves nothing at it: %s', async (_, doubles) => {
    const stop = new AbortController();
    const { done } = await startRun({ userIds: ['u1', 'u2'], ...doubles }, { signal: stop.signal });
    let isOver = false;
    const failed = expect(
      done.finally(() => {
        isOver = true;
      }),
    ).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    await vi.advanceTimersByTimeAsync(10);
    stop.abort('enough');
    await vi.advanceTimersByTimeAsync(1_900);
    // What is just being stored is waited for until then.
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    await failed;
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('may end within two seconds after the signal: what is under way counts', async () => {
    const stop = new AbortController();
    const ended: string[] = [];
    const { done, issued } = await startRun(
      { userIds: ['u1', 'u2', 'u3'], issue: ({ userId }) => wait(1_000).then(() => ended.push(userId)) },
      { signal: stop.signal, concurrency: 2 },
    );
    const failed = expect(done).rejects.toMatchObject({ code: 'ABORTED' });
    await vi.advanceTimersByTimeAsync(10);
    stop.abort();
    await vi.advanceTimersByTimeAsync(1_500);
    await failed;
    expect([issued, ended]).toEqual([
      ['u1', 'u2'],
      ['u1', 'u2'],
    ]);
  });

  it.each(['listOutdated', 'count'] as const)('ends by itself after five minutes an attempt: %s', async (method) => {
    const { done } = await startRun({ userIds: ['u1'], methods: { [method]: hang } });
    const failed = expect(done).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await vi.advanceTimersByTimeAsync(5 * 303_000);
    await failed;
  });
});

describe('the App Secret that all are to be of', () => {
  const pair = { inForce: 'a', all: ['a', 'b'] };

  it.each<[claim: string, doubles: Doubles]>([
    ['is the last one, where the client signs by it', {}],
    ['is the last one, where the fleet has switched to it', { secretIds: pair, currentSecret: 'b' }],
  ])('%s, and nobody is tried', async (_, doubles) => {
    const tryNext = vi.fn();
    const { done, issued } = await startRun({ ...doubles, userIds: ['u1', 'u2'], tryNext });
    expect(await done).toMatchObject({ total: 2, done: 2 });
    expect([issued, tryNext.mock.calls.length]).toEqual([['u1', 'u2'], 0]);
  });

  it('is the last one of three as well', async () => {
    const secretIds = { inForce: 'c', all: ['a', 'b', 'c'] };
    const { done, issued } = await startRun({ secretIds, userIds: ['u1'] });
    expect(await done).toMatchObject({ done: 1 });
    expect(issued).toEqual(['u1']);
  });

  it('is the one of a client that knows no other', async () => {
    const { done, issued } = await startRun({ secretIds: { inForce: 'b', all: [] }, userIds: ['u1'] });
    expect(await done).toMatchObject({ done: 1 });
    expect(issued).toEqual(['u1']);
  });

  it('is found out by one user, whose call tries the next one', async () => {
    const secretIds = { inForce: 'a', all: ['a', 'b'] };
    const asked: string[] = [];
    const { done, issued } = await startRun({
      secretIds,
      userIds: ['u1', 'u2'],
      tryNext: () => asked.push('tryNext'),
      async issue({ userId }, isProbe) {
        asked.push(userId);
        if (isProbe) secretIds.inForce = 'b';
      },
    });
    // The double of an issuer stores nothing, so that the first one is listed again.
    expect(await done).toMatchObject({ total: 3, done: 3 });
    expect(asked.slice(0, 2)).toEqual(['tryNext', 'u1']);
    expect(issued).toEqual(['u1?', 'u1', 'u2']);
  });

  it('is the present one where the API does not take the next one yet', async () => {
    const { done, issued } = await startRun({ secretIds: pair, userIds: ['u1', 'u2'] });
    expect(await done).toMatchObject({ total: 0, done: 0 });
    expect(issued).toEqual(['u1?']);
  });

  it('is the last one where the fleet has switched to one that is not known here', async () => {
    const { done, issued } = await startRun({ secretIds: pair, currentSecret: 'of others', userIds: ['u1'] });
    expect(await done).toMatchObject({ total: 1, done: 1 });
    expect(issued).toEqual(['u1?', 'u1']);
  });

  it('is not asked for where nobody is stored', async () => {
    const tryNext = vi.fn();
    const { done, issued } = await startRun({ secretIds: pair, tryNext });
    expect(await done).toMatchObject({ total: 0, done: 0 });
    expect([issued, tryNext.mock.calls.length]).toEqual([[], 0]);
  });

  it.each(['INVALID_REQUEST', 'INVALID_USER', 'ISSUE_FAILED'])(
    'is tried with up to three users where it may be the user: %s',
    async (code) => {
      const userIds = ['u1', 'u2', 'u3', 'u4'];
      const secretIds = { ...pair };
      async function issue({ userId }: StoredUser, isProbe: boolean): Promise<void> {
        if (!isProbe) return;
        if (userId !== 'u3') throw failure(code);
        secretIds.inForce = 'b';
      }
      const third = await startRun({ secretIds, userIds, issue });
      expect(await third.done).toMatchObject({ done: 5 });
      expect(third.issued.slice(0, 3)).toEqual(['u1?', 'u2?', 'u3?']);
      const never = await startRun({ secretIds: pair, userIds, issue: () => Promise.reject(failure(code)) });
      await expect(never.done).rejects.toMatchObject({ code });
      expect(never.issued).toEqual(['u1?', 'u2?', 'u3?']);
    },
  );

  it('is not tried with another user where the API is in trouble, which gets its attempts', async () => {
    const issue = () => Promise.reject(failure('TRY_LATER', 1_000));
    const { done, issued } = await startRun({ secretIds: pair, userIds: ['u1', 'u2'], issue });
    const failed = expect(done).rejects.toMatchObject({ code: 'TRY_LATER' });
    await vi.advanceTimersByTimeAsync(4_000);
    await failed;
    expect(issued).toEqual(['u1?', 'u1?', 'u1?', 'u1?', 'u1?']);
  });

  it('is found out no longer than until the signal', async () => {
    const { done, issued } = await startRun(
      { secretIds: pair, userIds: ['u1', 'u2'] },
      { signal: AbortSignal.abort('enough') },
    );
    await expect(done).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    expect(issued).toEqual([]);
  });

  it.each(['currentSecret', 'listOutdated'] as const)(
    'is not known where the %s of the store fails',
    async (method) => {
      const methods = { [method]: () => Promise.reject(new Error('Lost.')) };
      const { done } = await startRun({ secretIds: pair, userIds: ['u1'], methods });
      await expect(done).rejects.toMatchObject({ code: 'STORE_FAILED' });
    },
  );
});
