import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireAbortable, demand, makeRequest } from '../../test/rate-limit/make-request.js';
import { makeSharedLimiter, makeStore } from '../../test/rate-limit/make-store.js';
import { mostWithin } from '../../test/rate-limit/simulation.js';
import { createRateStore } from '../rate-store/create-rate-store.js';
import type { Permit } from './permit-source.js';
import type { Priority } from './priority-queue.js';
import type { RateFleet, RateMember, RateReservation, RateStoreOptions } from './rate-store.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

const monotonicNow = (): number => performance.now();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a limiter with a store', () => {
  it('tells the store of a refused request though nobody waits any more', async () => {
    const store = makeStore();
    const limiter = makeSharedLimiter(store);
    const [permit] = await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(50)]);
    (permit as Permit).release('refused');
    await vi.advanceTimersByTimeAsync(50);
    expect(store.asked.at(-1)).toEqual({ reservedMs: 0, penaltyMs: expect.toSatisfy((ms: number) => ms > 1_000) });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('foretells at least an even share of the limit, however much it finds reserved at the start of a crowd', async () => {
    const store = makeStore();
    const reserve: RateStoreOptions['reserve'] = async (key, added, member) => {
      const { reservedMs, penaltyMs } = await store.reserve(key, added);
      const fleet = member && { members: 3, silent: 0, perSecond: 200 };
      return { reservedMs: reservedMs + 2_000, penaltyMs, ...(fleet && { fleet }) };
    };
    const limiter = makeSharedLimiter({ reserve });
    const waiting = Array.from({ length: 20 }, () => Promise.resolve(limiter.acquire(makeRequest())).catch(() => {}));
    await vi.advanceTimersByTimeAsync(9_000);
    const foretold: number[] = [];
    const onQueueFull = (_: number, retryAfterMs: () => number): Error => new Error(`${foretold.push(retryAfterMs())}`);
    for (let asked = 0; asked < 10; asked += 1) limiter.check({ priority: 'interactive', maxWaitMs: -1, onQueueFull });
    const spacingMs = ((foretold.at(-1) as number) - (foretold[0] as number)) / 9;
    expect(spacingMs).toBeGreaterThan(5 * 1.0075);
    expect(spacingMs).toBeLessThanOrEqual(3 * 5 * 1.0075);
    limiter.stop();
    await Promise.all(waiting);
  });

  it('takes a store that does not answer for lost', async () => {
    const states: string[] = [];
    const store = makeStore();
    store.state = 'silent';
    const limiter = makeSharedLimiter(store, states);
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
    const granted = demand(makeSharedLimiter(store, states), monotonicNow, 40_000, 10);
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
    const limiter = makeSharedLimiter(store, [], 1);
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
    ['answers with nothing', async () => undefined, 'lost: The rate store answered with no reservation.'],
    [
      'answers with texts',
      async () => ({ reservedMs: '5', penaltyMs: '0' }),
      expect.stringMatching(/^lost: .*no reservation/),
    ],
    [
      'answers with more than time has',
      async () => ({ reservedMs: 1e300, penaltyMs: 0 }),
      expect.stringMatching(/^lost: .*no res/),
    ],
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
    const limiter = makeSharedLimiter({ reserve } as never, states);
    await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(10)]);
    expect(states).toEqual([state]);
    limiter.stop();
  });

  it('lets those hear within seconds who would wait too long, where the store answers late', async () => {
    const limiter = makeSharedLimiter(makeStore(400));
    const [granted, refused] = [[] as number[], [] as number[]];
    for (let count = 0; count < 1_900; count += 1) {
      Promise.resolve(limiter.acquire(makeRequest({ maxWaitMs: 10_000 }))).then(
        () => granted.push(monotonicNow()),
        () => refused.push(monotonicNow()),
      );
    }
    const startedAt = monotonicNow();
    await vi.advanceTimersByTimeAsync(4_000);
    const heardAfter4s = refused.length;
    await vi.advanceTimersByTimeAsync(7_000);
    expect(granted.length + refused.length).toBe(1_900);
    expect(heardAfter4s).toBeGreaterThan(0.9 * refused.length);
    // Those who were sent away have not been missed: permits were used until the end.
    expect(Math.max(...granted) - startedAt).toBeGreaterThan(9_000);
    limiter.stop();
  });

  it('lets those hear within a second who would wait for a slot that is too far away', async () => {
    const reserve = async () => ({ reservedMs: 600_000, penaltyMs: 0 });
    const limiter = makeSharedLimiter({ reserve });
    const hear = Promise.resolve(limiter.acquire(makeRequest({ maxWaitMs: 10_000 }))).catch(() => monotonicNow());
    const startedAt = monotonicNow();
    await vi.advanceTimersByTimeAsync(1_010);
    expect((await Promise.race([hear, Number.NaN])) as number).toBeLessThanOrEqual(startedAt + 1_001);
    limiter.stop();
    await vi.advanceTimersByTimeAsync(10);
  });

  it('calls reserve as a method of the store that was given', async () => {
    class Store {
      readonly #reservedMs = 10;
      async reserve(): Promise<RateReservation> {
        return { reservedMs: this.#reservedMs, penaltyMs: 0 };
      }
    }
    const states: string[] = [];
    const limiter = makeSharedLimiter(new Store(), states);
    await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(20)]);
    expect(states).toEqual([]);
    limiter.stop();
  });

  it('asks nothing and reports nothing once it is stopped, whatever the question under way comes to', async () => {
    const states: string[] = [];
    let fail = (_: Error): void => {};
    const reserve = vi.fn(() => new Promise<RateReservation>((_, reject) => (fail = reject)));
    const limiter = makeSharedLimiter({ reserve }, states);
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
    const limiter = makeSharedLimiter({ reserve }, states);
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
    const limiter = makeSharedLimiter(makeStore());
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
    const limiter = makeSharedLimiter({ reserve });
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
    const limiter = makeSharedLimiter({ reserve });
    for (let count = 0; count < 5; count += 1) {
      await Promise.all([limiter.acquire(makeRequest()), vi.advanceTimersByTimeAsync(1_000)]);
    }
    expect(told.map(({ isBusy }) => isBusy)).toEqual([false, false, false, false, false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['up', 'refuses'] as const)('says once that it ends, to a store that is %s', async (state) => {
    const { store, told, reserve } = makeCountingStore();
    const states: string[] = [];
    const limiter = makeSharedLimiter({ reserve }, states);
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
    const granted = demand(makeSharedLimiter({ reserve }), monotonicNow, 10_000);
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
    const limiter = makeSharedLimiter({ reserve });
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
    const granted = demand(makeSharedLimiter({ reserve }), monotonicNow, 10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    const perSecond = granted.filter((at) => at >= 1_000).length / 9;
    expect(perSecond).toBeGreaterThan(155);
    expect(perSecond).toBeLessThanOrEqual(160);
  });
});

describe('a request that is given up', () => {
  it('leaves nothing under way and gives its slot back', async () => {
    const store = makeStore(20);
    const limiter = makeSharedLimiter(store);
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
    const limiter = makeSharedLimiter(store);
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
    const limiter = makeSharedLimiter(store);
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
    const limiter = makeSharedLimiter(store, states, 1);
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
    const limiter = makeSharedLimiter(store);
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
    const limiter = makeSharedLimiter(store, states);
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

it.each([{ reserve: 5 }, { reserv: () => {} }, {}, null, undefined])('a rate store needs a function: %j', (options) => {
  const wrong = expect.objectContaining({ code: 'INVALID_OPTION', option: 'reserve' });
  expect(() => createRateStore(options as never)).toThrow(wrong);
});
