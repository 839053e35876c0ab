import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lane, RateStore } from '../types.js';
import { createPacer, type Pacer, type PacerOptions, type Turn } from './limiter.js';

const clock = (): number => performance.now();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function makePacer(options: Partial<PacerOptions> = {}): Pacer {
  return createPacer({ limit: 200, windowMs: 1000, clock, ...options });
}

class TooLong extends Error {
  constructor(readonly expectedMs: number) {
    super('The wait is too long.');
  }
}

function turn(options: Partial<Turn> = {}): Turn {
  return {
    lane: 'bulk',
    maxWaitMs: 60_000,
    tooLong: (expectedMs) => new TooLong(expectedMs),
    stopped: () => new Error('stopped'),
    onGone: () => () => {},
    ...options,
  };
}

/** Takes turns without a pause until a time, so many at once; gives when each was granted. */
function demand(pacer: Pacer, untilMs: number, callers = 50): number[] {
  const granted: number[] = [];
  const call = async (): Promise<void> => {
    while (clock() < untilMs) {
      const answered = await pacer.take(turn());
      granted.push(clock());
      answered(true);
    }
  };
  // The pacer may be stopped in the middle.
  for (let caller = 0; caller < callers; caller += 1) call().catch(() => {});
  return granted;
}

function mostWithin(ms: number, times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [last, time] of times.entries()) {
    while ((times[first] as number) <= time - ms) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Takes a turn that can be given up from outside. */
function goable(pacer: Pacer, options: Partial<Turn> = {}) {
  let giveUp = (_: Error): void => {};
  let watchers = 0;
  const onGone: Turn['onGone'] = (listener) => {
    watchers += 1;
    giveUp = listener;
    return () => {
      watchers -= 1;
    };
  };
  const waiting = Promise.resolve(pacer.take(turn({ onGone, ...options })));
  return { waiting, giveUp: (error: Error) => giveUp(error), watchers: () => watchers };
}

describe('a pacer of one process', () => {
  it('lets the first one go at once, and the next one after an even distance', async () => {
    const pacer = makePacer();
    expect(pacer.take(turn())).toBeTypeOf('function');
    const second = pacer.take(turn());
    expect(second).toBeInstanceOf(Promise);
    await vi.advanceTimersByTimeAsync(6);
    await second;
  });

  it('lets 198 a second go at the least, and never more than 200 in any second', async () => {
    const granted = demand(makePacer(), 20_000);
    await vi.advanceTimersByTimeAsync(20_100);
    expect(granted.filter((at) => at < 20_000).length / 20).toBeGreaterThanOrEqual(198);
    expect(mostWithin(1000, granted)).toBeLessThanOrEqual(200);
  });

  it('lets the interactive ones go first, wherever they stand in the queue', async () => {
    const pacer = makePacer();
    const order: Lane[] = [];
    const come = async (lane: Lane): Promise<void> => {
      await pacer.take(turn({ lane }));
      order.push(lane);
    };
    const lanes: Lane[] = ['bulk', 'bulk', 'bulk', 'interactive', 'bulk', 'interactive'];
    const all = Promise.all(lanes.map(come));
    await vi.advanceTimersByTimeAsync(100);
    await all;
    expect(order).toEqual(['bulk', 'interactive', 'interactive', 'bulk', 'bulk', 'bulk']);
  });

  it('refuses at once who would wait too long, and tells the wait', async () => {
    const pacer = makePacer();
    const waiting = Array.from({ length: 100 }, () => pacer.take(turn()));
    const failure = await Promise.resolve(pacer.take(turn({ maxWaitMs: 400 }))).catch((error) => error);
    expect(failure).toBeInstanceOf(TooLong);
    await vi.advanceTimersByTimeAsync(failure.expectedMs - 3);
    const last = waiting.at(-1) as Promise<unknown>;
    expect(await Promise.race([last, 'still waits'])).not.toBe('still waits');
    expect(failure.expectedMs).toBeGreaterThan(490);
    expect(failure.expectedMs).toBeLessThan(520);
  });

  it('refuses later who is overtaken for too long', async () => {
    const pacer = makePacer();
    void pacer.take(turn());
    const overtaken = expect(pacer.take(turn({ maxWaitMs: 50 }))).rejects.toBeInstanceOf(TooLong);
    for (let count = 0; count < 100; count += 1) void pacer.take(turn({ lane: 'interactive' }));
    await vi.advanceTimersByTimeAsync(60);
    await overtaken;
  });

  it('forgets who gives up, with their timers', async () => {
    const pacer = makePacer();
    void pacer.take(turn());
    const [first, second] = [goable(pacer), goable(pacer)];
    const reason = new Error('gone');
    first.giveUp(reason);
    second.giveUp(reason);
    await expect(first.waiting).rejects.toBe(reason);
    await expect(second.waiting).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    expect(first.watchers() + second.watchers()).toBe(0);
  });

  it('gives the turn of who gives up to the next one', async () => {
    const pacer = makePacer();
    void pacer.take(turn());
    const [first, second] = [goable(pacer), goable(pacer)];
    first.giveUp(new Error('gone'));
    await expect(first.waiting).rejects.toThrow('gone');
    await vi.advanceTimersByTimeAsync(6);
    await second.waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('holds no timer once everybody has gone', async () => {
    const pacer = makePacer();
    const all = Promise.all(Array.from({ length: 20 }, () => pacer.take(turn())));
    await vi.advanceTimersByTimeAsync(200);
    await all;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects all who wait when it is stopped', async () => {
    const pacer = makePacer();
    const turns = Array.from({ length: 20 }, () => pacer.take(turn())).slice(1);
    const rejected = Promise.allSettled(turns);
    pacer.stop();
    expect((await rejected).map(({ status }) => status)).toEqual(Array(19).fill('rejected'));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a pacer with a store', () => {
  /** A store that answers after `delayMs`, for as long as it is up. */
  function makeStore(delayMs = 1): RateStore & { state: 'up' | 'refuses' | 'silent'; asked: number } {
    let [id, even] = [0, 0];
    // Its clock is another one.
    const epoch = 1_700_000_000_000;
    const delayed = new Map<number, number>();
    const store = {
      state: 'up' as 'up' | 'refuses' | 'silent',
      asked: 0,
      reserve: async (_: string, spacingMs: number, delays: readonly { id: number; dueMs: number }[] = []) => {
        store.asked += 1;
        if (store.state === 'refuses') throw new Error('Connection refused');
        if (store.state === 'silent') await new Promise(() => {});
        const nowMs = epoch + clock();
        id += 1;
        even = Math.max(nowMs, even + spacingMs);
        for (const delay of delays) if (delay.id >= id) delayed.set(delay.id, delay.dueMs);
        const dueMs = Math.max(even, delayed.get(id) ?? 0);
        const slot = { id, dueMs, evenMs: even, nowMs };
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        return slot;
      },
    };
    return store;
  }

  function makeShared(store: RateStore, states: string[] = [], share = 0.1): Pacer {
    const onStore = (isLost: boolean, error?: unknown): void => {
      states.push(isLost ? `lost: ${(error as Error).message}` : 'found');
    };
    return makePacer({ shared: { store, key: 'key', share }, onStore });
  }

  it('lets a fleet of three send 198 a second at the least, and never more than 200 in any second', async () => {
    const store = makeStore();
    const granted = [1, 2, 3].map(() => demand(makeShared(store), 10_000));
    await vi.advanceTimersByTimeAsync(10_500);
    const all = granted.flat().sort((a, b) => a - b);
    expect(all.filter((at) => at < 10_000).length / 10).toBeGreaterThanOrEqual(198);
    expect(mostWithin(1000, all)).toBeLessThanOrEqual(200);
    expect(Math.min(...granted.map(({ length }) => length))).toBeGreaterThan(500);
  });

  it.each([100, 400, 700])('lets nearly all of the limit go where each answer takes %d ms', async (answerMs) => {
    const granted: number[] = [];
    const pacer = makeShared(makeStore());
    const call = async (): Promise<void> => {
      for (;;) {
        const answered = await pacer.take(turn());
        granted.push(clock());
        await new Promise((resolve) => setTimeout(resolve, answerMs));
        answered(true);
      }
    };
    for (let caller = 0; caller < 400; caller += 1) call().catch(() => {});
    await vi.advanceTimersByTimeAsync(30_000);
    expect(granted.filter((at) => at >= 20_000).length / 10).toBeGreaterThanOrEqual(190);
    expect(mostWithin(1000, granted)).toBeLessThanOrEqual(200);
    pacer.stop();
  });

  it.each([
    ['now and then', 0.02],
    ['half of the time', 0.5],
  ])('has never more than 200 counted in any second where the API is slow to count %s', async (_, part) => {
    const store = makeStore();
    const pacers = [1, 2, 3].map(() => makeShared(store));
    const counted: number[] = [];
    let seed = 1;
    const random = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const call = async (pacer: Pacer): Promise<void> => {
      for (;;) {
        const answered = await pacer.take(turn());
        const countedMs = random() < part ? random() * 900 : 1;
        await new Promise((resolve) => setTimeout(resolve, countedMs));
        counted.push(clock());
        await new Promise((resolve) => setTimeout(resolve, 1));
        answered(true);
      }
    };
    for (const pacer of pacers) for (let caller = 0; caller < 200; caller += 1) call(pacer).catch(() => {});
    await vi.advanceTimersByTimeAsync(20_000);
    for (const pacer of pacers) pacer.stop();
    expect(mostWithin(1000, counted)).toBeLessThanOrEqual(200);
    expect(counted.length / 20).toBeGreaterThan(100);
  });

  it('keeps a share of the limit while the store refuses, and says so, and all of it once the store is back', async () => {
    const states: string[] = [];
    const store = makeStore();
    const granted = demand(makeShared(store, states), 20_000);
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
    expect(withIt).toBeGreaterThanOrEqual(198);
  });

  it('takes a store that does not answer for lost', async () => {
    const states: string[] = [];
    const store = makeStore();
    store.state = 'silent';
    const pacer = makeShared(store, states);
    const waiting = pacer.take(turn());
    await vi.advanceTimersByTimeAsync(600);
    await waiting;
    expect(states).toEqual(['lost: There was no answer within 500 ms.']);
    pacer.stop();
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
    ['answers with something else', async () => 5, 'lost: The rate store gave something else than a slot.'],
  ])('takes a store that %s for lost', async (_, reserve, state) => {
    const states: string[] = [];
    const pacer = makeShared({ reserve } as unknown as RateStore, states);
    await pacer.take(turn());
    expect(states).toEqual([state]);
    pacer.stop();
  });

  it('lets interactive ones go first', async () => {
    const pacer = makeShared(makeStore());
    const order: Lane[] = [];
    const come = async (lane: Lane): Promise<void> => {
      await pacer.take(turn({ lane }));
      order.push(lane);
    };
    const all = Promise.all((['bulk', 'bulk', 'interactive', 'interactive'] as const).map(come));
    await vi.advanceTimersByTimeAsync(100);
    await all;
    expect(order).toEqual(['interactive', 'interactive', 'bulk', 'bulk']);
  });

  it('tells a wait that is close to the truth while others use the store', async () => {
    const store = makeStore();
    const [pacer, other] = [makeShared(store), makeShared(store)];
    demand(pacer, 5_000, 100);
    demand(other, 5_000, 100);
    await vi.advanceTimersByTimeAsync(4_000);
    const failure = await Promise.resolve(pacer.take(turn({ maxWaitMs: 10 }))).catch((error) => error);
    // A hundred wait, and each gets half of the limit.
    expect(failure.expectedMs).toBeGreaterThan(900);
    expect(failure.expectedMs).toBeLessThan(1100);
    pacer.stop();
    other.stop();
  });

  it('has nothing under way once who waited has given up', async () => {
    const store = makeStore(20);
    const pacer = makeShared(store);
    const waiting = goable(pacer);
    waiting.giveUp(new Error('gone'));
    await expect(waiting.waiting).rejects.toThrow('gone');
    await vi.advanceTimersByTimeAsync(20);
    expect(vi.getTimerCount()).toBe(0);
    // It goes on as before.
    const next = pacer.take(turn());
    await vi.advanceTimersByTimeAsync(50);
    await next;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('looks for a lost store no more once it is stopped', async () => {
    const store = makeStore();
    store.state = 'refuses';
    const pacer = makeShared(store);
    await pacer.take(turn());
    expect(vi.getTimerCount()).toBe(1);
    pacer.stop();
    expect(vi.getTimerCount()).toBe(0);
    const { asked } = store;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.asked).toBe(asked);
  });
});

it('an instance whose queue has run dry still tells the others of a request that was answered late', async () => {
  const told: number[] = [];
  let [id, even] = [0, 0];
  const store: RateStore = {
    async reserve(_, spacingMs, delays = []) {
      told.push(...delays.map((delay) => delay.id));
      // Others are waiting as well.
      const dueMs = Math.max(clock() + spacingMs, even + spacingMs);
      even = dueMs;
      id += 1;
      return { id, dueMs, evenMs: dueMs, nowMs: clock() };
    },
  };
  const pacer = makePacer({ shared: { store, key: 'k', share: 0.1 } });
  const waiting = Promise.resolve(pacer.take(turn()));
  await vi.advanceTimersByTimeAsync(50);
  const answered = await waiting;
  const before = told.length;
  await vi.advanceTimersByTimeAsync(150);
  answered(true);
  await vi.advanceTimersByTimeAsync(50);
  expect(told.slice(before)).toEqual([201]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told.slice(before)).toEqual([201]);
  pacer.stop();
  expect(vi.getTimerCount()).toBe(0);
});

describe('those who find the queue full', () => {
  it('are told to come back one by one, in step with the limit, while the queue is half full', async () => {
    const pacer = makePacer();
    const comeBacks: number[] = [];
    const tooLong = (expectedMs: number, comeBackMs: () => number): Error => {
      comeBacks.push(comeBackMs());
      return new TooLong(expectedMs);
    };
    for (let count = 0; count < 300; count += 1)
      void Promise.resolve(pacer.take(turn({ maxWaitMs: 1000, tooLong }))).catch(() => {});
    await vi.advanceTimersByTimeAsync(0);
    expect(comeBacks.length).toBeGreaterThan(90);
    expect(comeBacks[0]).toBeGreaterThan(490);
    expect(comeBacks[0]).toBeLessThan(520);
    const distances = comeBacks.slice(1).map((at, index) => at - (comeBacks[index] as number));
    for (const distance of distances) expect(distance).toBeCloseTo(5.02, 1);
    pacer.stop();
  });

  it('leave no turn unused, and get one each, where they obey', async () => {
    const pacer = makePacer();
    let granted = 0;
    const logIn = async (): Promise<void> => {
      for (;;) {
        let waitMs = 0;
        const tooLong = (expectedMs: number, comeBackMs: () => number): Error => {
          waitMs = comeBackMs();
          return new TooLong(expectedMs);
        };
        const answered = await Promise.resolve(pacer.take(turn({ maxWaitMs: 5000, tooLong }))).catch(() => {});
        if (answered) {
          answered(true);
          granted += 1;
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    };
    const all = Promise.all(Array.from({ length: 4000 }, logIn));
    await vi.advanceTimersByTimeAsync((4000 / 198) * 1000);
    expect(granted).toBe(4000);
    await all;
  });

  it('in a fleet learn of its pace within a few turns', async () => {
    const store = {
      reserve: async (_: string, spacingMs: number) => {
        const nowMs = clock();
        even = Math.max(nowMs, even + 3 * spacingMs);
        id += 3;
        return { id, dueMs: even, evenMs: even, nowMs };
      },
    };
    let [id, even] = [0, 0];
    const pacer = makePacer({ shared: { store, key: 'k', share: 0.1 } });
    for (let count = 0; count < 100; count += 1) void Promise.resolve(pacer.take(turn())).catch(() => {});
    await vi.advanceTimersByTimeAsync(16 * 16);
    const failure = await Promise.resolve(pacer.take(turn({ maxWaitMs: 100 }))).catch((error) => error);
    expect(failure.expectedMs / 85).toBeGreaterThan(10);
    expect(failure.expectedMs / 85).toBeLessThan(17);
    pacer.stop();
  });
});
