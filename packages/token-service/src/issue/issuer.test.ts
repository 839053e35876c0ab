import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveOptions } from '../resolve-options.js';
import { createMemoryStore } from '../stores/create-memory-store.js';
import type { StoredToken, TokenServiceEvent, TokenServiceOptions, TokenStore } from '../types.js';
import type { IssueOrder } from './call-client.js';
import { createIssuer } from './issuer.js';
import { createStoredTokens } from './stored-tokens.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000.7 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const ada = { userId: 'ada', name: 'Ada', avatarUrl: '' };
const first: IssueOrder = { user: ada, reason: 'first', priority: 'interactive' };
const stored: StoredToken = { ...ada, accessToken: 'stored', secretId: 'a', issuedAt: 1_000_000 };
const broken = () => Promise.reject(new Error('The disk is full.'));

interface Doubles {
  /** What the client does between its permit and its answer. */
  readonly work?: () => unknown;
  readonly knowsPermits?: boolean;
  readonly onSignal?: (signal: AbortSignal) => void;
  /** How long the client waits for `onPermit`. Default: for as long as it takes. */
  readonly permitMs?: number;
  readonly rateLimit?: { readonly check: (operationId: string, options: object) => void };
  /** In place of those of a store in memory. */
  readonly methods?: Partial<TokenStore>;
  readonly options?: Partial<TokenServiceOptions>;
}

/** An issuer, with the stored tokens that it looks at, between a client and a store that note, in one list, when they are asked for what. */
function makeIssuer({ work, knowsPermits = true, onSignal, permitMs, rateLimit, methods, options }: Doubles = {}) {
  const startedAt = Date.now();
  const asked: [atMs: number, what: string, ...args: unknown[]][] = [];
  const events: TokenServiceEvent[] = [];
  const note = (what: string, ...args: unknown[]) => asked.push([Date.now() - startedAt, what, ...args]);
  const below = createMemoryStore();
  const store = Object.fromEntries(
    Object.entries({ ...below, ...methods }).map(([name, method]) => [
      name,
      (...args: unknown[]) => {
        note(name, ...args);
        return (method as (...given: unknown[]) => unknown)(...args);
      },
    ]),
  ) as unknown as TokenStore;
  const client = {
    appSecrets: { ids: async () => ({ inForce: 'a', all: ['a'] }) },
    rateLimit,
    async issueAccessToken(
      request: { readonly userId: string },
      given: {
        readonly onPermit?: () => Promise<void>;
        readonly onAccepted: (by: object) => void;
        readonly signal: AbortSignal;
      },
    ) {
      onSignal?.(given.signal);
      note('call', request, { priority: (given as { readonly priority?: string }).priority });
      const givenUp = permitMs === undefined ? [] : [wait(permitMs).then(() => Promise.reject(new Error('Deadline.')))];
      if (knowsPermits) await Promise.race([given.onPermit?.(), ...givenUp]);
      await work?.();
      given.onAccepted({ secretId: 'a' });
      return { userId: request.userId, accessToken: 'issued' };
    },
  } as unknown as TokenServiceOptions['client'];
  const settings = resolveOptions({ client, store, onEvent: (event) => events.push(event), ...options });
  const tokens = createStoredTokens(settings);
  const issuer = { ...tokens, ...createIssuer(settings, tokens) };
  return { issuer, below, asked, events, names: () => asked.map(([, what]) => what) };
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('a token that is issued', () => {
  it('costs the store a lease, a look and a write, and once in the life of an App Secret that it is recorded', async () => {
    const { issuer, asked } = makeIssuer();
    const issued = { ...ada, accessToken: 'issued', secretId: 'a', issuedAt: 1_000_000 };
    // In whole milliseconds, though the clock had parts of one.
    expect(await issuer.issue(first)).toEqual(issued);
    await issuer.issue({ ...first, reason: 'rejected', rejectedToken: 'issued' });
    const once = (leaseId: string) => [
      ['acquireLease', 'ada', 15_000],
      ['read', 'ada'],
      ['call', { userId: 'ada', name: 'Ada' }, { priority: 'interactive' }],
      ['write', issued, leaseId],
    ];
    const [lease, look, call, write] = once('1');
    const record = ['setCurrentSecret', 'a', { expected: undefined }];
    expect(asked.map(([, ...rest]) => rest)).toEqual([lease, look, call, record, write, ...once('2')]);
  });

  it('at the priority bulk is leased once the call has its permit', async () => {
    const { issuer, names, asked } = makeIssuer();
    await issuer.issue({ ...first, priority: 'bulk' });
    expect(names()).toEqual(['call', 'acquireLease', 'read', 'setCurrentSecret', 'write']);
    expect(asked[0]).toEqual([0, 'call', { userId: 'ada', name: 'Ada' }, { priority: 'bulk' }]);
  });

  it('at the priority bulk leaves no lease that comes after the client has given up', async () => {
    const acquireLease = () => wait(2_000).then(() => 'late');
    const { issuer, names, asked } = makeIssuer({ permitMs: 1_000, methods: { acquireLease } });
    const issuing = issuer.issue({ ...first, priority: 'bulk' }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await issuing).toBeInstanceOf(Error);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(names()).toEqual(['call', 'acquireLease', 'releaseLease']);
    expect(asked.at(-1)?.slice(2)).toEqual(['ada', 'late']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('at the priority bulk, by a client that knows nothing of permits, is stored all the same', async () => {
    const { issuer, names, asked, below } = makeIssuer({ knowsPermits: false });
    await issuer.issue({ ...first, priority: 'bulk' });
    expect(names()).toEqual(['call', 'read', 'setCurrentSecret', 'write']);
    // Without a lease.
    expect(asked.at(-1)?.at(-1)).toBe('');
    expect((await below.read('ada')).token).toMatchObject({ accessToken: 'issued' });
  });

  it('has an avatar in its call where there is one', async () => {
    const { issuer, asked } = makeIssuer();
    await issuer.issue({ ...first, user: { ...ada, avatarUrl: 'a.png' } });
    expect(asked.find(([, what]) => what === 'call')?.[2]).toEqual({ userId: 'ada', name: 'Ada', avatarUrl: 'a.png' });
  });

  it('is told of with its reason and how long it took', async () => {
    const { issuer, events } = makeIssuer({ work: () => wait(1_234) });
    // The process has run for a while.
    await vi.advanceTimersByTimeAsync(10_000);
    const issuing = issuer.issue(first);
    await vi.advanceTimersByTimeAsync(1_234);
    await issuing;
    expect(events).toEqual([{ type: 'issued', userId: 'ada', reason: 'first', durationMs: 1_234 }]);
  });

  it.each(['interactive', 'bulk'] as const)(
    'has its lease extended every five seconds while its call is under way, and not after that: %s',
    async (priority) => {
      const { issuer, asked } = makeIssuer({ work: () => wait(14_000) });
      const issuing = issuer.issue({ ...first, priority });
      await vi.advanceTimersByTimeAsync(14_000);
      await issuing;
      expect(asked.filter(([, what]) => what === 'extendLease')).toEqual([
        [5_000, 'extendLease', 'ada', '1', 15_000],
        [10_000, 'extendLease', 'ada', '1', 15_000],
      ]);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('is issued also where its lease cannot be extended', async () => {
    const { issuer } = makeIssuer({ work: () => wait(6_000), methods: { extendLease: broken } });
    const issuing = issuer.issue(first);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await issuing).toMatchObject({ accessToken: 'issued' });
  });

  it.each(['write', 'setCurrentSecret'] as const)(
    'is handed out also where the %s of the store fails, which is told; the lease is given back',
    async (method) => {
      const { issuer, below, asked, events } = makeIssuer({ methods: { [method]: broken } });
      expect(await issuer.issue(first)).toMatchObject({ accessToken: 'issued' });
      expect(events).toMatchObject([
        { type: 'store-failed', userId: 'ada', error: { code: 'STORE_FAILED' } },
        { type: 'issued' },
      ]);
      expect(asked.at(-1)).toEqual([0, 'releaseLease', 'ada', '1']);
      expect((await below.read('ada')).token).toBeUndefined();
    },
  );

  it.each(['write', 'setCurrentSecret'] as const)(
    'that nobody waits for counts as none where the %s of the store fails; the lease is given back',
    async (method) => {
      const { issuer, asked, events } = makeIssuer({ methods: { [method]: broken } });
      const issuing = issuer.issue({ ...first, reason: 'secret', priority: 'bulk' });
      await expect(issuing).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(events).toMatchObject([{ type: 'issue-failed', userId: 'ada', error: { code: 'STORE_FAILED' } }]);
      expect(asked.at(-1)).toEqual([0, 'releaseLease', 'ada', '1']);
    },
  );

  it('is handed out also where the store is gone altogether', async () => {
    const { issuer } = makeIssuer({ methods: { write: broken, releaseLease: broken } });
    expect(await issuer.issue(first)).toMatchObject({ accessToken: 'issued' });
  });
});

describe('a call that fails', () => {
  const away = Object.assign(new Error('Away.'), { name: 'NexconnError', code: 'NETWORK', retryable: true });

  it.each(['interactive', 'bulk'] as const)(
    'gives the lease back, so that nobody waits for its end, and is told of: %s',
    async (priority) => {
      const { issuer, below, events, asked } = makeIssuer({ work: () => Promise.reject(away) });
      await expect(issuer.issue({ ...first, priority })).rejects.toMatchObject({ code: 'TRY_LATER', apiError: away });
      expect(asked.at(-1)).toEqual([0, 'releaseLease', 'ada', '1']);
      expect(await below.acquireLease('ada', 1)).toBeTypeOf('string');
      const error = expect.objectContaining({ code: 'TRY_LATER' });
      expect(events).toEqual([{ type: 'issue-failed', userId: 'ada', reason: 'first', error }]);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('is told as such also where the lease cannot be given back', async () => {
    const { issuer } = makeIssuer({ work: () => Promise.reject(away), methods: { releaseLease: broken } });
    await expect(issuer.issue(first)).rejects.toMatchObject({ code: 'TRY_LATER' });
  });

  it.each([
    ['interactive', true, false],
    ['bulk', true, false],
    ['bulk', false, false],
    ['bulk', true, true],
  ] as const)(
    'that never ends is given up after a minute, and its signal aborts; at %s, with permits: %s, which never come: %s',
    async (priority, knowsPermits, isStuck) => {
      const signals: AbortSignal[] = [];
      const { issuer, below, events } = makeIssuer({
        knowsPermits,
        work: () => new Promise(() => {}),
        onSignal: (signal) => signals.push(signal),
        ...(isStuck && {
          methods: { acquireLease: () => new Promise<never>(() => {}) },
          options: { storeTimeoutMs: 90_000 },
        }),
      });
      let isOver = false;
      const failed = expect(
        issuer.issue({ ...first, priority }).finally(() => {
          isOver = true;
        }),
      ).rejects.toMatchObject({ code: 'TRY_LATER', retryAfterMs: 2_000 });
      await vi.advanceTimersByTimeAsync(59_999);
      expect([isOver, signals[0]?.aborted]).toEqual([false, false]);
      await vi.advanceTimersByTimeAsync(2);
      await failed;
      expect(events).toMatchObject([{ type: 'issue-failed', error: { code: 'TRY_LATER' } }]);
      expect([signals[0]?.aborted, await below.acquireLease('ada', 1)]).toEqual([true, expect.any(String)]);
    },
  );

  it('before it has a lease has none to give back', async () => {
    const { issuer, names } = makeIssuer({ work: () => Promise.reject(away), knowsPermits: false });
    await expect(issuer.issue({ ...first, priority: 'bulk' })).rejects.toMatchObject({ code: 'TRY_LATER' });
    expect(names()).toEqual(['call']);
  });

  it('is not made where the rate limit would refuse it, by the priority of the order, and the store is not asked', async () => {
    const full = { name: 'NexconnRateLimitError', code: 'QUEUE_TOO_LONG', retryable: true, retryAfterMs: 700 };
    const checked: unknown[] = [];
    function check(operationId: string, { priority }: { readonly priority?: string }): void {
      checked.push([operationId, priority]);
      if (priority === 'bulk') throw Object.assign(new Error('Full.'), full);
    }
    const { issuer, events, names } = makeIssuer({ rateLimit: { check: check as never } });
    const refused = issuer.issue({ ...first, reason: 'early', priority: 'bulk' });
    await expect(refused).rejects.toMatchObject({ code: 'QUEUE_FULL', retryAfterMs: 700 });
    expect(names()).toEqual([]);
    const error = expect.objectContaining({ code: 'QUEUE_FULL' });
    expect(events).toEqual([{ type: 'issue-failed', userId: 'ada', reason: 'early', error }]);
    await issuer.issue(first);
    expect(checked).toEqual([
      ['issueAccessToken', 'bulk'],
      ['issueAccessToken', 'interactive'],
    ]);
  });
});

describe('while another instance has the lease', () => {
  it.each([
    [0, [50, 100, 150, 200]],
    [0.5, [100, 200]],
    [0.999, [149, 298]],
  ])(
    'those who wait look every 50 to 150 ms, with %d as the random number, until the time is over',
    async (random, looks) => {
      vi.spyOn(Math, 'random').mockReturnValue(random);
      const { issuer, below, asked, events } = makeIssuer({ options: { maxWaitMs: 200 } });
      await below.acquireLease('ada', 60_000);
      const waiting = expect(issuer.issue(first)).rejects.toMatchObject({ code: 'TRY_LATER', retryAfterMs: 2_000 });
      await vi.advanceTimersByTimeAsync(500);
      await waiting;
      const reads = asked.filter(([, what]) => what === 'read').map(([atMs]) => Math.floor(atMs));
      expect(reads).toEqual(looks);
      expect(events).toMatchObject([{ type: 'issue-failed', userId: 'ada', reason: 'first' }]);
    },
  );

  it.each(['interactive', 'bulk'] as const)(
    'what it writes is handed out, and no call is made: %s',
    async (priority) => {
      const { issuer, below, names, events } = makeIssuer();
      const leaseId = await below.acquireLease('ada', 60_000);
      const waiting = issuer.issue({ ...first, priority });
      await vi.advanceTimersByTimeAsync(200);
      await below.write(stored, leaseId ?? '');
      await vi.advanceTimersByTimeAsync(150);
      expect(await waiting).toEqual(stored);
      expect(names()).not.toContain('write');
      // A call at bulk ends at its permit.
      expect(names().includes('call')).toBe(priority === 'bulk');
      expect([events, vi.getTimerCount()]).toEqual([[], 0]);
    },
  );

  it('whoever waits issues once the lease is free', async () => {
    const { issuer, below, names } = makeIssuer();
    const leaseId = await below.acquireLease('ada', 60_000);
    const waiting = issuer.issue(first);
    await vi.advanceTimersByTimeAsync(40);
    await below.releaseLease('ada', leaseId ?? '');
    await vi.advanceTimersByTimeAsync(150);
    expect(await waiting).toMatchObject({ accessToken: 'issued' });
    expect(names().filter((what) => what === 'call')).toHaveLength(1);
  });
});

describe('with the lease', () => {
  const validity = { tokenValiditySeconds: 1_000 };
  const due = { ...stored, issuedAt: 1_000_000 - 950_000 };
  const early: IssueOrder = { ...first, reason: 'early' };

  it.each<[claim: string, order: IssueOrder, token: StoredToken, isIssued: boolean]>([
    ['what was written meanwhile is handed out', first, stored, false],
    ['be it due for renewal', first, due, false],
    ['a renewal issues what is due', early, due, true],
    ['a renewal leaves to itself what somebody else has renewed', early, stored, false],
    ['a probe issues whatever is stored', { ...first, reason: 'secret', isProbe: true }, stored, true],
    ['whatever was rejected is issued anew', { ...first, reason: 'rejected', rejectedToken: 'stored' }, stored, true],
    ['what replaced a rejected one is handed out', { ...first, reason: 'rejected', rejectedToken: 'x' }, stored, false],
  ])('%s', async (_, order, token, isIssued) => {
    for (const priority of ['interactive', 'bulk'] as const) {
      const { issuer, below, names } = makeIssuer({ options: validity });
      await below.write(token, '');
      const { accessToken } = await issuer.issue({ ...order, priority });
      expect(accessToken).toBe(isIssued ? 'issued' : 'stored');
      expect(names().includes('write')).toBe(isIssued);
      // Also what is not used is given back.
      expect(await below.acquireLease('ada', 1)).toBeTypeOf('string');
      expect(vi.getTimerCount()).toBe(0);
    }
  });
});

describe('a token for another name than the one in the order', () => {
  const grace = { ...ada, name: 'Grace' };
  const changed: IssueOrder = { user: grace, reason: 'changed', priority: 'interactive', seenToken: 'of before' };

  it.each<[claim: string, order: IssueOrder, changeCoolDownMs: number, isIssued: boolean]>([
    ['is taken where it was issued since the order', changed, 1, false],
    ['is not where it was there before', { ...changed, seenToken: 'stored' }, 1, true],
    ['is not where each change is to be told to the API', changed, 0, true],
    ['is taken by what is issued in the background', { ...changed, reason: 'secret', priority: 'bulk' }, 0, false],
    ['is not where it is the rejected one', { ...changed, reason: 'rejected', rejectedToken: 'stored' }, 1, true],
  ])('%s', async (_, order, changeCoolDownMs, isIssued) => {
    const { issuer, below } = makeIssuer({ options: { changeCoolDownMs } });
    await below.write(stored, '');
    expect((await issuer.issue(order)).accessToken).toBe(isIssued ? 'issued' : 'stored');
  });
});

describe('a user who is forgotten while a token is issued', () => {
  it.each(['interactive', 'bulk'] as const)('has none stored, and no lease left: %s', async (priority) => {
    const { issuer, below, names } = makeIssuer({ work: () => wait(1_000) });
    const issuing = [ada, { ...ada, userId: 'bob' }].map((user) => issuer.issue({ ...first, user, priority }));
    await vi.advanceTimersByTimeAsync(500);
    issuer.forget('ada');
    await vi.advanceTimersByTimeAsync(500);
    expect(await Promise.all(issuing)).toMatchObject([{ accessToken: 'issued' }, { accessToken: 'issued' }]);
    expect((await below.read('ada')).token).toBeUndefined();
    expect(await below.acquireLease('ada', 1)).toBeTypeOf('string');
    // Another user is not forgotten, nor is what is issued later.
    expect((await below.read('bob')).token).toMatchObject({ accessToken: 'issued' });
    const later = issuer.issue({ ...first, user: { ...ada, userId: 'eve' } });
    await vi.advanceTimersByTimeAsync(1_000);
    await later;
    expect(names().filter((what) => what === 'write')).toHaveLength(2);
  });

  it('has none stored either where it was just being written', async () => {
    const below = createMemoryStore();
    const { issuer } = makeIssuer({
      methods: { ...below, write: (...args) => wait(100).then(() => below.write(...args)) },
    });
    const issuing = issuer.issue(first);
    await vi.advanceTimersByTimeAsync(50);
    issuer.forget('ada');
    await vi.advanceTimersByTimeAsync(50);
    await issuing;
    expect((await below.read('ada')).token).toBeUndefined();
  });
});

describe('what a store answers', () => {
  it.each(['read', 'acquireLease'] as const)(
    'counts, where its %s fails, as a failure of the store',
    async (method) => {
      const { issuer, events, names } = makeIssuer({ methods: { [method]: broken } });
      await expect(issuer.issue(first)).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(events).toMatchObject([{ type: 'issue-failed', userId: 'ada', error: { code: 'STORE_FAILED' } }]);
      expect(names()).not.toContain('call');
    },
  );
});

describe('a row', () => {
  const readOf = (row: object, isUnreadable = false) =>
    makeIssuer({ methods: { read: async () => ({ token: row as StoredToken, currentSecret: 'a', isUnreadable }) } });

  it.each<[wrong: object]>([
    [{ userId: 'bob' }],
    [{ name: 7 }],
    [{ avatarUrl: null }],
    [{ secretId: undefined }],
    [{ accessToken: 7 }],
    [{ accessToken: '' }],
    [{ accessToken: 'a\0b' }],
    [{ accessToken: 'a\ud83d' }],
    [{ accessToken: ' ' }],
    [{ accessToken: ' \u3000\u200b' }],
    [{ issuedAt: '1' }],
    [{ issuedAt: Number.NaN }],
    [{ accessToken: 'nexconn-encrypted:2:' }],
  ])('with %o is none, and one without is the token', async (wrong) => {
    const none = { token: undefined, currentSecret: 'a' };
    expect(await readOf({ ...stored, ...wrong }).issuer.read('ada')).toEqual(none);
    expect(await readOf(stored).issuer.read('ada')).toEqual({ token: stored, currentSecret: 'a' });
    expect(await readOf(stored, true).issuer.read('ada')).toEqual(none);
  });

  it.each([
    ['sealed', { ...stored, accessToken: 'nexconn-encrypted:2:' }, false],
    ['unreadable', undefined, true],
  ])('that is %s may be refused instead, and no other is', async (_, token, isUnreadable) => {
    const read = (entry: object) =>
      makeIssuer({
        methods: { read: async () => ({ currentSecret: undefined, token: undefined, ...entry }) },
        options: { unreadableTokens: 'refuse' },
      }).issuer.read('ada');
    // Not in a cause, which a log may leave out.
    const message = expect.stringMatching(/under a key that is not given here.*NEXCONN_ENCRYPTION_KEYS/);
    await expect(read({ token, isUnreadable })).rejects.toMatchObject({ code: 'STORE_FAILED', message });
    expect(await read({ token: stored })).toMatchObject({ token: stored });
    expect(await read({})).toMatchObject({ token: undefined });
  });
});

describe('a verdict', () => {
  it('on a changed name is that on an unchanged one for as long as the user changed only just now', async () => {
    const time = { now: 1_000_000 };
    const { issuer } = makeIssuer({ options: { now: () => time.now, changeCoolDownMs: 1_000 } });
    const entry = { token: stored, currentSecret: 'a' };
    const grace = { ...ada, name: 'Grace' };
    expect(await issuer.judge(entry, grace)).toMatchObject({ reason: 'changed', fallback: stored });
    // No other reason to issue begins such a time.
    await issuer.issue(first);
    expect(await issuer.judge(entry, grace)).toMatchObject({ reason: 'changed' });
    await issuer.issue({ ...first, user: grace, reason: 'changed', seenToken: 'issued' });
    expect(await issuer.judge(entry, grace)).toEqual({ token: stored, renewal: undefined });
    expect(await issuer.judge(entry, { ...grace, userId: 'bob' })).toMatchObject({ reason: 'changed' });
    time.now += 1_000;
    expect(await issuer.judge(entry, grace)).toMatchObject({ reason: 'changed' });
  });

  describe.each([
    ['changed', { ...ada, name: 'Grace' }, stored],
    ['early', ada, { ...stored, issuedAt: 100_000 }],
  ] as const)('on a user for whom a call has failed: %s', (reason, user, token) => {
    const entry = { token, currentSecret: 'a' };
    const trouble = { name: 'NexconnError', code: 'NETWORK', retryable: true };
    const wrongSecret = { name: 'NexconnError', code: 'SIGNATURE_REJECTED', retryable: false };
    const full = { name: 'NexconnRateLimitError', code: 'QUEUE_TOO_LONG', retryable: true, retryAfterMs: 700 };
    const badName = { name: 'NexconnRequestError', code: 'INVALID_REQUEST', retryable: false };

    async function verdictsAfter(error: object, passedMs = 0) {
      const time = { now: 1_000_000 };
      const { issuer } = makeIssuer({
        work: () => Promise.reject(Object.assign(new Error('No.'), error)),
        options: { now: () => time.now, tokenValiditySeconds: 1_000, changeCoolDownMs: 0 },
      });
      const before = await issuer.judge(entry, user);
      await expect(issuer.issue({ user, reason, priority: 'interactive' })).rejects.toThrow();
      time.now += passedMs;
      return {
        before,
        after: await issuer.judge(entry, user),
        other: await issuer.judge(entry, { ...user, userId: 'b' }),
      };
    }

    it.each([trouble, wrongSecret])('is for a minute that on one with nothing to tell: $code', async (error) => {
      const { before, after, other } = await verdictsAfter(error);
      expect(after).toEqual({ token, renewal: undefined });
      expect(other).toEqual(before);
      const later = await verdictsAfter(error, 60_000);
      expect(later.after).toEqual(later.before);
    });

    it.each([full, badName])('is as before where the API was not asked: $code', async (error) => {
      const { before, after } = await verdictsAfter(error);
      expect(after).toEqual(before);
    });
  });
});
