import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLimiter, type StartTimer } from '../../src/rate-limit/limiter.js';
import type { RateReservation } from '../../src/rate-limit/rate-store.js';
import { createWindow } from '../../src/rate-limit/window.js';
import { demand, makeLimiter, makeRequest, monotonicNow, TooLong } from './make-request.js';
import { call, makeSharedLimiter, makeStore } from './make-store.js';
import { mostWithin } from './simulation.js';
import { createRandom, createVirtualTime } from './virtual-time.js';

// How much of the limit is used, and whether it is kept, over many seconds: what each part does for it stands beside the code.

vi.mock('../../src/system-time.js', () => import('../../../../test/support/faked-time.js'));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a limiter of one process', () => {
  it('lets 198 a second go at the least, and never more than 200 in any second', async () => {
    const granted = demand(makeLimiter(), monotonicNow, 20_000);
    await vi.advanceTimersByTimeAsync(20_100);
    expect(granted.filter((at) => at < 20_000).length / 20).toBeGreaterThanOrEqual(198);
    expect(mostWithin(1000, granted)).toBeLessThanOrEqual(200);
  });

  it.each([
    ['now and then', 0.02],
    ['half of the time', 0.5],
  ])('has never more than 200 counted in any second where the API is slow to count %s', async (_, part) => {
    const limiter = makeLimiter();
    const random = createRandom(1);
    const counted: number[] = [];
    const call = async (): Promise<void> => {
      for (;;) {
        const permit = await limiter.acquire(makeRequest());
        await new Promise((resolve) => setTimeout(resolve, random() < part ? random() * 900 : 1));
        counted.push(monotonicNow());
        await new Promise((resolve) => setTimeout(resolve, 1));
        permit.release('answered');
      }
    };
    for (let caller = 0; caller < 200; caller += 1) call().catch(() => {});
    await vi.advanceTimersByTimeAsync(20_000);
    limiter.stop();
    expect(mostWithin(1000, counted)).toBeLessThanOrEqual(200);
    expect(counted.length / 20).toBeGreaterThan(100);
  });
});

describe('a permit', () => {
  it('may be one of very many', () => {
    const limit = 400_000;
    let now = 0;
    const windowMs = 1000;
    const window = createWindow({ limit, windowMs, monotonicNow: () => now });
    for (const round of [1, 2, 3]) {
      let taken = 0;
      for (now = 2 * windowMs * round; now < 2 * windowMs * round + windowMs; now += windowMs / 4000) {
        for (; window.waitMs(now, 0) <= 0 && taken < limit; taken += 1) window.take(now, 0).release('answered');
      }
      expect(taken).toBeGreaterThan(limit * 0.99);
    }
  });
});

describe('those who find the queue full', () => {
  it('leave no permit unused, and get one each, where they obey', async () => {
    const time = createVirtualTime();
    const startTimer: StartTimer = (ms, run) => time.at(time.now() + ms, run);
    const createSource = () => createWindow({ limit: 200, windowMs: 1000, monotonicNow: time.now });
    const limiter = createLimiter({ createSource, monotonicNow: time.now, startTimer });
    let granted = 0;
    const logIn = async (): Promise<void> => {
      for (;;) {
        let waitMs = 0;
        const onQueueFull = (expectedMs: number, retryAfterMs: () => number): Error => {
          waitMs = retryAfterMs();
          return new TooLong(expectedMs);
        };
        const acquired = Promise.resolve(limiter.acquire(makeRequest({ maxWaitMs: 5000, onQueueFull })));
        const permit = await acquired.catch(() => {});
        if (permit) {
          permit.release('answered');
          granted += 1;
          return;
        }
        await new Promise<void>((resolve) => startTimer(waitMs, resolve));
      }
    };
    const all = Promise.all(Array.from({ length: 4000 }, logIn));
    await time.runUntil((4000 / 198) * 1000);
    expect(granted).toBe(4000);
    await all;
  });
});

describe('a limiter with a store', () => {
  it('lets a fleet of three use 98 % of the limit in equal parts, and never more than 200 in any second', async () => {
    const store = makeStore();
    const granted = [1, 2, 3].map(() => demand(makeSharedLimiter(store), monotonicNow, 10_000));
    await vi.advanceTimersByTimeAsync(10_500);
    const all = granted.flat().sort((a, b) => a - b);
    expect(all.filter((at) => at < 10_000).length / 10).toBeGreaterThanOrEqual(196);
    expect(mostWithin(1000, all)).toBeLessThanOrEqual(200);
    expect(Math.min(...granted.map(({ length }) => length))).toBeGreaterThan(600);
  });

  it.each([100, 400, 700, 2_000])('lets nearly all of the limit go where each answer takes %d ms', async (answerMs) => {
    const limiter = makeSharedLimiter(makeStore());
    const granted = call(limiter, answerMs / 4, () => answerMs);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(granted.filter((at) => at >= 5_000).length / 10).toBeGreaterThanOrEqual(190);
    expect(mostWithin(1000, granted)).toBeLessThanOrEqual(200);
    limiter.stop();
  });

  it('leaves out a slot for each answer that came late, since one second on there would be one more', async () => {
    const store = makeStore();
    const limiter = makeSharedLimiter(store);
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
    const [limiter, other] = [makeSharedLimiter(store), makeSharedLimiter(store)];
    const granted = [call(limiter, 10, () => 5), call(other, 10, () => 5)];
    const countFrom = (from: number): number => granted.flat().filter((at) => at >= from && at < from + 1000).length;
    await vi.advanceTimersByTimeAsync(1_000);
    const logIn = makeRequest({ priority: 'interactive' });
    for (let count = 0; count < 4; count += 1) {
      const [permit] = await Promise.all([limiter.acquire(logIn), vi.advanceTimersByTimeAsync(500)]);
      permit.release('refused');
    }
    const refusedAt = monotonicNow();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(countFrom(refusedAt)).toBeLessThan(195);
    await vi.advanceTimersByTimeAsync(42_000);
    expect(countFrom(refusedAt + 42_000)).toBeGreaterThanOrEqual(196);
    limiter.stop();
    other.stop();
  });

  it('keeps going where a service refuses everything, and has forgotten it three minutes later', async () => {
    const limiter = makeSharedLimiter(makeStore());
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
    const granted = demand(makeSharedLimiter(store, states), monotonicNow, 20_000);
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

  it('tells a wait that is close to the truth while others use the store', async () => {
    const store = makeStore();
    const [limiter, other] = [makeSharedLimiter(store), makeSharedLimiter(store)];
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
    const limiter = makeSharedLimiter({ reserve });
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
