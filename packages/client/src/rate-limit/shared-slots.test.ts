import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireAbortable, demand, makeRequest, TooLong } from '../../test/rate-limit/make-request.js';
import { mostWithin } from '../../test/rate-limit/simulation.js';
import { createRateStore } from '../rate-store/create-rate-store.js';
import { createLimiter, type Limiter, startTimer } from './limiter.js';
import type { Permit } from './permit-source.js';
import type { Priority } from './priority-queue.js';
import type { RateFleet, RateMember, RateReservation, RateStore, RateStoreOptions } from './rate-store.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

const monotonicNow = (): number => performance.now();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store that answers `wayMs` after it was asked, for as long as it is up, and counts what it is asked. */
function makeStore(wayMs = 1) {
  const kept = { reserved: 0, penalty: 0 };
  const store = {
    state: 'up' as 'up' | 'refuses' | 'silent',
    asked: [] as RateReservation[],
    underWay: 0,
    /** Has the questions answered that came while it was silent. */
    wakeUp: (): void => {},
    /** How long until the next slot that nobody has reserved. */
    reservedMs: () => Math.max(0, kept.reserved - monotonicNow()),
    async reserve(_: string, added: RateReservation): Promise<RateReservation> {
      store.asked.push(added);
      if (store.state === 'refuses') throw new Error('Connection refused');
      store.underWay += 1;
      if (store.state === 'silent') await new Promise<void>((resolve) => (store.wakeUp = resolve));
      const now = monotonicNow();
      const reservedMs = Math.max(0, Math.max(0, kept.reserved - now) + added.reservedMs);
      const penaltyMs = Math.max(0, Math.max(0, kept.penalty - now) + added.penaltyMs);
      Object.assign(kept, { reserved: now + reservedMs, penalty: now + penaltyMs });
      await new Promise((resolve) => setTimeout(resolve, wayMs));
      store.underWay -= 1;
      return { reservedMs, penaltyMs };
    },
  };
  return store;
}

function makeLimiter(
  store: Parameters<typeof createRateStore>[0],
  states: string[] = [],
  shareWithoutStore = 0.1,
): Limiter {
  const connect: RateStore['connect'] = createRateStore(store).connect;
  const limit = { key: 'key', limit: 200, windowMs: 1000, shareWithoutStore, monotonicNow, startTimer };
  const onLost = (error: unknown) => states.push(`lost: ${(error as Error).message}`);
  const onFound = () => states.push('found');
  const createSource = (onPermits: () => void) => connect({ ...limit, onPermits, onLost, onFound });
  return createLimiter({ createSource, monotonicNow, startTimer });
}

/** Makes so many calls at a time, each again as soon as it is answered, and returns when each was granted. */
function call(limiter: Limiter, callers: number, answerMs: () => number): number[] {
  const granted: number[] = [];
  const work = async (): Promise<void> => {
    for (;;) {
      const permit = await limiter.acquire(makeRequest());
      granted.push(monotonicNow());
      await new Promise((resolve) => setTimeout(resolve, answerMs()));
      permit.release('answered');
    }
  };
  for (let caller = 0; caller < callers; caller += 1) work().catch(() => {});
  return granted;
}

describe('a limiter with a store', () => {
  it('lets a fleet of three use 98 % of the limit in equal parts, and never more than 200 in any second', async () => {
    const store = makeStore();
    const granted = [1, 2, 3].map(() => demand(makeLimiter(store), monotonicNow, 10_000));
    await vi.advanceTimersByTimeAsync(10_500);
    const all = granted.flat().sort((a, b) => a - b);
    expect(all.filter((at) => at < 10_000).length / 10).toBeGreaterThanOrEqual(196);
    expect(mostWithin(1000, all)).toBeLessThanOrEqual(200);
    expect(Math.min(...granted.map(({ length }) => length))).toBeGreaterThan(600);
  });

  it.each([100, 400, 700, 2_000])('lets nearly all of the limit go where each answer takes %d ms', async (answerMs) => {
    const limiter = makeLimiter(makeStore());
    const granted = call(limiter, answerMs / 4, () => answerMs);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(granted.filter((at) => at >= 5_000).length / 10).toBeGreaterThanOrEqual(190);
    expect(mostWithin(1000, granted)).toBeLessThanOrEqual(200);
    limiter.stop();
  });

  it('leaves out a slot for each answer that came late, since one second on there would be one more', async () => {
    const store = makeStore();
    const limiter = makeLimiter(store);
    let lateMs = 0;
    const granted = call(limiter, 100, () => 5 + lateMs);
    await vi.advanceTimersByTimeAsync(2_000);
    lateMs = 100;
    await vi.advanceTimersByTimeAsync(20);
    lateMs = 0;
    await vi.advanceTimersByTimeAsync(978);
    // Four were late.
    const lately = granted.filter((at) => at >= 2_000).length;
    expect(lately).toBeGreaterThanOrEqual(197 - 5);
    expect(lately).toBeLessThanOrEqual(198 - 3);
    limiter.stop();
  });

  it('widens the slots of all where requests are refused, and narrows them again', async () => {
    const store = makeStore();
    const [limiter, other] = [makeLimiter(store), makeLimiter(store)];
    const granted = [call(limiter, 10, () => 5), call(other, 10, () => 5)];
    const countFrom = (from: number): number => granted.flat().filter((at) => at >= from && at < from + 1000).length;
    await vi.advanceTimersByTimeAsync(1_000);
    const logIn = makeRequest({ priority: 'interactive' });
    for (let count = 0; count < 4; count += 1) {
      const [permit] = await Promise.all([limiter.acquire(logIn), vi.advanceTimersByTimeAsync(100)]);
      permit.release('refused');
    }
    const refusedAt = monotonicNow();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(countFrom(refusedAt)).toBeLessThan(190);
    await vi.advanceTimersByTimeAsync(42_000);
    expect(countFrom(refusedAt + 42_000)).toBeGreaterThanOrEqual(196);
    limiter.stop();
    other.stop();
  });

  it('tells the store of a refused request though nobody waits any more', async () => {
    const store = makeStore();
    const limiter = makeLimiter(store);
    const [permit] = await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(50)]);
    (permit as Permit).release('refused');
    await vi.advanceTimersByTimeAsync(50);
    expect(store.asked.at(-1)).toEqual({ reservedMs: 0, penaltyMs: expect.toSatisfy((ms: number) => ms > 1_000) });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps going where a service refuses everything, and has forgotten it three minutes later', async () => {
    const limiter = makeLimiter(makeStore());
    let outcome: 'refused' | 'answered' = 'refused';
    let granted = 0;
    const work = async (untilMs: number): Promise<void> => {
      while (monotonicNow() < untilMs) {
        const permit = await limiter.acquire(makeRequest());
        granted += 1;
        permit.release(outcome);
      }
    };
    for (let caller = 0; caller < 10; caller += 1) void work(10_000);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(granted / 10).toBeGreaterThan(150);
    [outcome, granted] = ['answered', 0];
    await vi.advanceTimersByTimeAsync(169_000);
    for (let caller = 0; caller < 10; caller += 1) void work(185_000);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(granted / 5).toBeGreaterThanOrEqual(196);
  });

  it('keeps a share of the limit while the store refuses, and says so, and all of it once the store is back', async () => {
    const states: string[] = [];
    const store = makeStore();
    const granted = demand(makeLimiter(store, states), monotonicNow, 20_000);
    await vi.advanceTimersByTimeAsync(3_000);
    store.state = 'refuses';
    await vi.advanceTimersByTimeAsync(6_000);
    expect(states).toEqual(['lost: Connection refused']);
    const without = granted.filter((at) => at >= 4_000 && at < 9_000).length / 5;
    expect(without).toBeGreaterThan(19);
    expect(without).toBeLessThanOrEqual(20);
    store.state = 'up';
    await vi.advanceTimersByTimeAsync(11_500);
    expect(states).toEqual(['lost: Connection refused', 'found']);
    const withIt = granted.filter((at) => at >= 11_000 && at < 20_000).length / 9;
    expect(withIt).toBeGreaterThanOrEqual(196);
  });

  it('takes a store that does not answer for lost', async () => {
    const states: string[] = [];
    const store = makeStore();
    store.state = 'silent';
    const limiter = makeLimiter(store, states);
    const waiting = limiter.acquire(makeRequest());
    await vi.advanceTimersByTimeAsync(600);
    await waiting;
    expect(states).toEqual(['lost: There was no answer within 500 ms.']);
    limiter.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has one question under way at the most, however long a store is silent', async () => {
    const states: string[] = [];
    const store = makeStore();
    const granted = demand(makeLimiter(store, states), monotonicNow, 40_000, 10);
    await vi.advanceTimersByTimeAsync(1_000);
    store.state = 'silent';
    await vi.advanceTimersByTimeAsync(30_000);
    expect(store.underWay).toBe(1);
    expect(granted.filter((at) => at >= 10_000).length).toBeGreaterThan(400);
    store.state = 'up';
    store.wakeUp();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(states).toEqual(['lost: There was no answer within 500 ms.', 'found']);
    expect(granted.filter((at) => at >= 33_000 && at < 35_000).length / 2).toBeGreaterThanOrEqual(196);
  });

  it('gives back what a question reserved that was answered after it was given up', async () => {
    const store = makeStore();
    store.state = 'silent';
    const limiter = makeLimiter(store, [], 1);
    const waiting = [limiter.acquire(makeRequest()), limiter.acquire(makeRequest())];
    await vi.advanceTimersByTimeAsync(1_000);
    await Promise.all(waiting);
    store.state = 'up';
    store.wakeUp();
    await vi.advanceTimersByTimeAsync(3);
    expect(store.asked.reduce((sum, { reservedMs }) => sum + reservedMs, 0)).toBeCloseTo(0);
    expect(store.reservedMs()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('Closed');
      },
      'lost: Closed',
    ],
    ['answers with something else', async () => 5, 'lost: The rate store answered with no reservation.'],
    ['answers with nothing', async () => undefined, expect.stringMatching(/^lost: /)],
    [
      'answers with less than was added',
      async () => ({ reservedMs: 0, penaltyMs: 0 }),
      'lost: The rate store answered with no reservation.',
    ],
    [
      'answers with a penalty below 0',
      async () => ({ reservedMs: 100, penaltyMs: -1 }),
      'lost: The rate store answered with no reservation.',
    ],
  ])('takes a store that %s for lost', async (_, reserve, state) => {
    const states: string[] = [];
    const limiter = makeLimiter({ reserve } as never, states);
    await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(10)]);
    expect(states).toEqual([state]);
    limiter.stop();
  });

  it('calls reserve as a method of the store that was given', async () => {
    class Store {
      readonly #reservedMs = 10;
      async reserve(): Promise<RateReservation> {
        return { reservedMs: this.#reservedMs, penaltyMs: 0 };
      }
    }
    const states: string[] = [];
    const limiter = makeLimiter(new Store(), states);
    await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(20)]);
    expect(states).toEqual([]);
    limiter.stop();
  });

  it('asks nothing and reports nothing once it is stopped, whatever the question under way comes to', async () => {
    const states: string[] = [];
    let fail = (_: Error): void => {};
    const reserve = vi.fn(() => new Promise<RateReservation>((_, reject) => (fail = reject)));
    const limiter = makeLimiter({ reserve }, states);
    const waiting = limiter.acquire(makeRequest());
    limiter.stop();
    await expect(waiting).rejects.toThrow();
    fail(new Error('The pool is closed.'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reserve).toHaveBeenCalledTimes(1);
    expect(states).toEqual([]);
  });

  it('lets an answer be read that has come while the event loop stood still', async () => {
    const states: string[] = [];
    let answer = (_: RateReservation): void => {};
    const reserve = () => new Promise<RateReservation>((resolve) => (answer = resolve));
    const limiter = makeLimiter({ reserve }, states);
    const waiting = limiter.acquire(makeRequest());
    // What is due within a pause happens in one go, before anything is read.
    vi.advanceTimersByTime(500);
    answer({ reservedMs: 10, penaltyMs: 0 });
    await vi.advanceTimersByTimeAsync(50);
    expect(states).toEqual([]);
    const permit = acquireAbortable(limiter);
    permit.giveUp(new Error('gone'));
    await expect(permit.waiting).rejects.toThrow('gone');
    void waiting;
  });

  it('lets interactive ones go first', async () => {
    const limiter = makeLimiter(makeStore());
    const order: Priority[] = [];
    const come = async (priority: Priority): Promise<void> => {
      await limiter.acquire(makeRequest({ priority }));
      order.push(priority);
    };
    const all = Promise.all((['bulk', 'bulk', 'interactive', 'interactive'] as const).map(come));
    await vi.advanceTimersByTimeAsync(100);
    await all;
    expect(order).toEqual(['interactive', 'interactive', 'bulk', 'bulk']);
  });

  it('tells a wait that is close to the truth while others use the store', async () => {
    const store = makeStore();
    const [limiter, other] = [makeLimiter(store), makeLimiter(store)];
    demand(limiter, monotonicNow, 5_000, 100);
    demand(other, monotonicNow, 5_000, 100);
    await vi.advanceTimersByTimeAsync(4_000);
    const request = makeRequest({ maxWaitMs: 10 });
    const failure = await Promise.resolve(limiter.acquire(request)).catch((error: TooLong) => error);
    // A hundred wait, and each gets half of the limit.
    expect((failure as TooLong).expectedMs).toBeGreaterThan(900);
    expect((failure as TooLong).expectedMs).toBeLessThan(1100);
    limiter.stop();
    other.stop();
  });

  it('learns of the pace of its fleet within a few permits', async () => {
    let reserved = 0;
    // Of each three slots two are those of others.
    const reserve = async (_: string, added: RateReservation) => {
      const now = monotonicNow();
      reserved = Math.max(now, reserved) + 3 * added.reservedMs;
      return { reservedMs: reserved - now - 2 * added.reservedMs, penaltyMs: 0 };
    };
    const limiter = makeLimiter({ reserve });
    for (let count = 0; count < 100; count += 1) void Promise.resolve(limiter.acquire(makeRequest())).catch(() => {});
    await vi.advanceTimersByTimeAsync(16 * 16);
    const request = makeRequest({ maxWaitMs: 100 });
    const failure = await Promise.resolve(limiter.acquire(request)).catch((error: TooLong) => error);
    expect(failure).toBeInstanceOf(TooLong);
    expect((failure as TooLong).expectedMs / 85).toBeGreaterThan(10);
    expect((failure as TooLong).expectedMs / 85).toBeLessThan(17);
    limiter.stop();
  });
});

describe('a process of a fleet', () => {
  /** A store that counts who shares the limit. */
  function makeCountingStore(fleet: Partial<RateFleet> = {}) {
    const store = makeStore();
    const told: RateMember[] = [];
    const reserve: RateStoreOptions['reserve'] = async (key, added, member) => {
      if (member) told.push(member);
      const answer = await store.reserve(key, added);
      return member ? { ...answer, fleet: { members: 4, silent: 0, perSecond: 200, ...fleet } } : answer;
    };
    return { store, told, reserve };
  }

  it('says that it is busy while it wants slots, and once it wants none any more', async () => {
    const { told, reserve } = makeCountingStore();
    const limiter = makeLimiter({ reserve });
    demand(limiter, monotonicNow, 2_000, 1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told.length).toBeGreaterThan(5);
    expect(told.slice(1).every(({ isBusy }) => isBusy)).toBe(true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told.at(-1)?.isBusy).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that asks now and then is not busy', async () => {
    const { told, reserve } = makeCountingStore();
    const limiter = makeLimiter({ reserve });
    for (let count = 0; count < 5; count += 1) {
      await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(1_000)]);
    }
    expect(told.map(({ isBusy }) => isBusy)).toEqual([false, false, false, false, false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['up', 'refuses'] as const)('says once that it ends, to a store that is %s', async (state) => {
    const { store, told, reserve } = makeCountingStore();
    const states: string[] = [];
    const limiter = makeLimiter({ reserve }, states);
    demand(limiter, monotonicNow, 60_000);
    await vi.advanceTimersByTimeAsync(1_000);
    store.state = state;
    const before = told.length;
    limiter.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.slice(before).map(({ isBusy }) => isBusy)).toEqual([false]);
    expect(states).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that loses the store waits until the others leave out what it may take alone', async () => {
    const { store, reserve } = makeCountingStore({ members: 20 });
    const granted = demand(makeLimiter({ reserve }), monotonicNow, 10_000);
    await vi.advanceTimersByTimeAsync(3_000);
    store.state = 'refuses';
    await vi.advanceTimersByTimeAsync(7_000);
    const alone = granted.filter((at) => at > 3_100);
    expect(alone[0]).toBeGreaterThan(4_500);
    expect(alone[0]).toBeLessThan(5_000);
    expect(mostWithin(1000, alone)).toBe(10);
  });

  it('whose requests are refused while it has no store rests, longer each time', async () => {
    const { store, reserve } = makeCountingStore();
    const limiter = makeLimiter({ reserve });
    await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(10)]);
    store.state = 'refuses';
    const granted: number[] = [];
    async function refuse(): Promise<void> {
      const permit = await limiter.acquire(makeRequest());
      granted.push(monotonicNow());
      permit.release('refused');
    }
    void (async () => {
      for (let count = 0; count < 5; count += 1) await refuse();
    })();
    await vi.advanceTimersByTimeAsync(60_000);
    const waits = granted.slice(1).map((at, nth) => Math.round((at - (granted[nth] as number)) / 1_000));
    expect(waits).toEqual([1, 2, 4, 8]);
    limiter.stop();
  });

  it('leaves room for those that are silent', async () => {
    const { reserve } = makeCountingStore({ silent: 2 });
    const granted = demand(makeLimiter({ reserve }), monotonicNow, 10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    const perSecond = granted.filter((at) => at >= 1_000).length / 9;
    expect(perSecond).toBeGreaterThan(155);
    expect(perSecond).toBeLessThanOrEqual(160);
  });
});

describe('a request that is given up', () => {
  it('leaves nothing under way and gives its slot back', async () => {
    const store = makeStore(20);
    const limiter = makeLimiter(store);
    const waiting = acquireAbortable(limiter);
    waiting.giveUp(new Error('gone'));
    await expect(waiting.waiting).rejects.toThrow('gone');
    await vi.advanceTimersByTimeAsync(40);
    expect(store.asked.reduce((sum, { reservedMs }) => sum + reservedMs, 0)).toBeCloseTo(0);
    expect(vi.getTimerCount()).toBe(0);
    // It goes on as before.
    const next = limiter.acquire(makeRequest());
    await vi.advanceTimersByTimeAsync(50);
    await next;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves its slot to the next one that waits', async () => {
    const store = makeStore();
    const limiter = makeLimiter(store);
    const [first, second] = [acquireAbortable(limiter), acquireAbortable(limiter)];
    await vi.advanceTimersByTimeAsync(0);
    first.giveUp(new Error('gone'));
    await expect(first.waiting).rejects.toThrow('gone');
    await vi.advanceTimersByTimeAsync(5);
    await second.waiting;
    await vi.advanceTimersByTimeAsync(50);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('once it has its permit gives that to the next one, or back', async () => {
    const store = makeStore();
    const limiter = makeLimiter(store);
    const [permit] = await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(2)]);
    const next = limiter.acquire(makeRequest());
    (permit as Permit).release('unused');
    const again = await next;
    again.release('unused');
    await vi.advanceTimersByTimeAsync(20);
    expect(vi.getTimerCount()).toBe(0);
    expect(store.underWay).toBe(0);
  });
});

describe('a lost store', () => {
  it('is looked for by the requests that come, once a second, and by no timer', async () => {
    const states: string[] = [];
    const store = makeStore();
    store.state = 'refuses';
    const limiter = makeLimiter(store, states, 1);
    const acquire = () => Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(100)]);
    for (let count = 0; count < 30; count += 1) await acquire();
    expect(store.asked).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
    store.state = 'up';
    await vi.advanceTimersByTimeAsync(5_000);
    expect(states).toEqual(['lost: Connection refused']);
    await acquire();
    expect(states).toEqual(['lost: Connection refused', 'found']);
  });

  it('is looked for no more once the limiter is stopped', async () => {
    const store = makeStore();
    store.state = 'refuses';
    const limiter = makeLimiter(store);
    await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(1)]);
    limiter.stop();
    expect(vi.getTimerCount()).toBe(0);
    const asked = store.asked.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.asked).toHaveLength(asked);
  });

  it('is looked for again by a call after the limiter was stopped, also where that has its permit at once', async () => {
    const store = makeStore();
    const states: string[] = [];
    const limiter = makeLimiter(store, states);
    store.state = 'refuses';
    const waiting = limiter.acquire(makeRequest());
    await vi.advanceTimersByTimeAsync(1_000);
    (await waiting).release('answered');
    limiter.stop();
    store.state = 'up';
    await vi.advanceTimersByTimeAsync(5_000);
    expect(states).toHaveLength(1);
    // Its share has one for it.
    (await limiter.acquire(makeRequest())).release('answered');
    await vi.advanceTimersByTimeAsync(100);
    expect(states.at(-1)).toBe('found');
    limiter.stop();
  });
});

it('a rate store needs a function', () => {
  expect(() => createRateStore({ reserve: 5 as never })).toThrow(TypeError);
});
