import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  acquireAbortable,
  demand,
  makeLimiter,
  makeRequest,
  monotonicNow,
  TooLong,
} from '../../test/rate-limit/make-request.js';
import { createLimiter, type Limiter, type StartTimer, startTimer } from './limiter.js';
import type { Permit } from './permit-source.js';
import type { Priority } from './priority-queue.js';
import { createWindow } from './window.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a limiter of one process', () => {
  it('lets the first one go at once, and the next one after an even distance', async () => {
    const limiter = makeLimiter();
    expect(limiter.acquire(makeRequest())).not.toBeInstanceOf(Promise);
    const second = limiter.acquire(makeRequest());
    expect(second).toBeInstanceOf(Promise);
    await vi.advanceTimersByTimeAsync(6);
    await second;
  });

  it('grants nothing before its time, however early a timer is', async () => {
    const early: StartTimer = (ms, run) => startTimer(ms / 2, run);
    const createSource = () => createWindow({ limit: 200, windowMs: 1000, monotonicNow });
    const limiter = createLimiter({ createSource, monotonicNow, startTimer: early });
    const granted = demand(limiter, monotonicNow, 200, 5);
    await vi.advanceTimersByTimeAsync(300);
    const distances = granted.slice(1).map((at, index) => at - (granted[index] as number));
    expect(Math.min(...distances)).toBeGreaterThan(4.9);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets one wait that may wait longer than a timer can', async () => {
    const limiter = makeLimiter();
    void limiter.acquire(makeRequest());
    const granted: number[] = [];
    const waiting = limiter.acquire(makeRequest({ maxWaitMs: 2 ** 31 }));
    const counted = Promise.resolve(waiting).then(() => granted.push(monotonicNow()));
    await vi.advanceTimersByTimeAsync(4);
    expect(granted).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    await counted;
    expect(granted).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('starts no timer of less than no time, of which Node warns, however slow the process is', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    let now = 0;
    // A second is over before the next line runs.
    const slow = (): number => (now += 1_001);
    const createSource = () => ({ waitMs: () => 5, take: () => ({ release: () => {} }), spacingMs: () => 5 });
    const limiter = createLimiter({ createSource, monotonicNow: slow, startTimer });
    const waiting = Promise.resolve(limiter.acquire(makeRequest())).catch(() => {});
    limiter.stop();
    await waiting;
    expect(timers.mock.calls.map(([, ms]) => ms)).toEqual([60_000, 0]);
    timers.mockRestore();
  });

  it('lets the interactive ones go first, wherever they stand in the queue', async () => {
    const limiter = makeLimiter();
    const order: Priority[] = [];
    const come = async (priority: Priority): Promise<void> => {
      await limiter.acquire(makeRequest({ priority }));
      order.push(priority);
    };
    const priorities: Priority[] = ['bulk', 'bulk', 'bulk', 'interactive', 'bulk', 'interactive'];
    const all = Promise.all(priorities.map(come));
    await vi.advanceTimersByTimeAsync(100);
    await all;
    expect(order).toEqual(['bulk', 'interactive', 'interactive', 'bulk', 'bulk', 'bulk']);
  });

  it('refuses at once who would wait too long, and tells the wait', async () => {
    const limiter = makeLimiter();
    const waiting = Array.from({ length: 100 }, () => limiter.acquire(makeRequest()));
    const failure = await Promise.resolve(limiter.acquire(makeRequest({ maxWaitMs: 400 }))).catch((error) => error);
    expect(failure).toBeInstanceOf(TooLong);
    await vi.advanceTimersByTimeAsync(failure.expectedMs - 3);
    const last = waiting.at(-1) as Promise<unknown>;
    expect(await Promise.race([last, 'still waits'])).not.toBe('still waits');
    expect(failure.expectedMs).toBeGreaterThan(490);
    expect(failure.expectedMs).toBeLessThan(520);
  });

  it('refuses later who is overtaken for too long', async () => {
    const limiter = makeLimiter();
    void limiter.acquire(makeRequest());
    const overtaken = expect(limiter.acquire(makeRequest({ maxWaitMs: 50 }))).rejects.toBeInstanceOf(TooLong);
    for (let count = 0; count < 100; count += 1) void limiter.acquire(makeRequest({ priority: 'interactive' }));
    await vi.advanceTimersByTimeAsync(60);
    await overtaken;
  });

  it('forgets who gives up, with their timers', async () => {
    const limiter = makeLimiter();
    void limiter.acquire(makeRequest());
    const [first, second] = [acquireAbortable(limiter), acquireAbortable(limiter)];
    const reason = new Error('gone');
    first.giveUp(reason);
    second.giveUp(reason);
    await expect(first.waiting).rejects.toBe(reason);
    await expect(second.waiting).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    expect(first.watchers() + second.watchers()).toBe(0);
  });

  it('gives the permit of who gives up to the next one', async () => {
    const limiter = makeLimiter();
    void limiter.acquire(makeRequest());
    const [first, second] = [acquireAbortable(limiter), acquireAbortable(limiter)];
    first.giveUp(new Error('gone'));
    await expect(first.waiting).rejects.toThrow('gone');
    await vi.advanceTimersByTimeAsync(6);
    await second.waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('holds no timer once everybody has gone', async () => {
    const limiter = makeLimiter();
    const all = Promise.all(Array.from({ length: 20 }, () => limiter.acquire(makeRequest())));
    await vi.advanceTimersByTimeAsync(200);
    await all;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects all who wait when it is stopped', async () => {
    const limiter = makeLimiter();
    const acquired = Array.from({ length: 20 }, () => limiter.acquire(makeRequest())).slice(1);
    const rejected = Promise.allSettled(acquired);
    limiter.stop();
    expect((await rejected).map(({ status }) => status)).toEqual(Array(19).fill('rejected'));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('those who find the queue full', () => {
  it('are told to come back one by one, in step with the limit, while the queue is half full', async () => {
    const limiter = makeLimiter();
    const retries: number[] = [];
    const onQueueFull = (expectedMs: number, retryAfterMs: () => number): Error => {
      retries.push(retryAfterMs());
      return new TooLong(expectedMs);
    };
    for (let count = 0; count < 300; count += 1)
      void Promise.resolve(limiter.acquire(makeRequest({ maxWaitMs: 1000, onQueueFull }))).catch(() => {});
    await vi.advanceTimersByTimeAsync(0);
    expect(retries.length).toBeGreaterThan(90);
    expect(retries[0]).toBeGreaterThan(490);
    expect(retries[0]).toBeLessThan(520);
    const distances = retries.slice(1).map((at, index) => at - (retries[index] as number));
    for (const distance of distances) expect(distance).toBeCloseTo(5.02, 1);
    limiter.stop();
  });
});

describe('a limiter, whatever its source is', () => {
  /** A limiter of a source that has a permit each time that its wait is 0 or less, and of timers that a test runs. */
  function start(spacingMs = 10) {
    const timers = new Set<{ readonly ms: number; readonly run: () => void }>();
    const sizes: number[] = [];
    const permit: Permit = { release: () => {} };
    const take = vi.fn(() => permit);
    const seen = { waitMs: 0, now: 1_000, onPermits: (): void => {}, take };
    const limiter = createLimiter({
      createSource: (onPermits) => {
        seen.onPermits = onPermits;
        const onQueueSize = (size: number): number => sizes.push(size);
        return { waitMs: () => seen.waitMs, take, spacingMs: () => spacingMs, onQueueSize, stop: () => sizes.push(-1) };
      },
      monotonicNow: () => seen.now,
      startTimer: (ms, run) => {
        const timer = { ms, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    });
    /** Runs the timer that was started last. */
    const runNext = (): void => {
      const last = [...timers].at(-1);
      if (last) timers.delete(last);
      last?.run();
    };
    return { limiter, seen, timers: () => [...timers].map(({ ms }) => ms), runNext, sizes, take, permit };
  }

  it('grants at once where the wait is just over, to a newcomer and to one that waits', async () => {
    const { limiter, seen, permit, timers } = start();
    expect(limiter.acquire(makeRequest())).toBe(permit);
    seen.waitMs = 1;
    const waiting = limiter.acquire(makeRequest());
    expect(timers()).toEqual([60_000, 1]);
    seen.waitMs = 0;
    seen.onPermits();
    expect(timers()).toEqual([]);
    expect(await waiting).toBe(permit);
  });

  it('lets no newcomer go before those who wait, though there is a permit by now', () => {
    const { limiter, seen, take } = start();
    seen.waitMs = 5;
    void limiter.acquire(makeRequest({ priority: 'interactive' }));
    seen.waitMs = 0;
    expect(limiter.acquire(makeRequest())).toBeInstanceOf(Promise);
    // Both have theirs in their turn.
    expect(take).toHaveBeenCalledTimes(2);
  });

  it('tells the source when and since when a request wants its permit, and how many wait', () => {
    const { limiter, seen, take, sizes } = start();
    seen.waitMs = 5;
    for (const _ of [1, 2]) void limiter.acquire(makeRequest());
    expect(sizes).toEqual([1, 2]);
    [seen.now, seen.waitMs] = [1_005, -1];
    seen.onPermits();
    expect(sizes).toEqual([1, 2, 0]);
    expect(take.mock.calls).toEqual([
      [1_005, 1_000],
      [1_005, 1_000],
    ]);
  });

  it('lets wait for exactly as long as may be waited, and no longer', () => {
    const { limiter, seen } = start();
    seen.waitMs = 30;
    const { priority, onQueueFull } = makeRequest();
    const check = (maxWaitMs: number) => limiter.check({ priority, maxWaitMs, onQueueFull });
    expect([check(30), (check(29.9) as TooLong).expectedMs]).toEqual([undefined, 30]);
    void limiter.acquire(makeRequest());
    expect([check(40), (check(39.9) as TooLong).expectedMs]).toEqual([undefined, 40]);
    // What is overdue makes up for no distance.
    seen.waitMs = -30;
    expect([check(10), (check(9.9) as TooLong).expectedMs]).toEqual([undefined, 10]);
  });

  it('tells those who are refused when to come again: by the whole queue, one by one, until it has run dry', () => {
    const { limiter, seen } = start();
    seen.waitMs = 100;
    for (const _ of [1, 2, 3, 4]) void limiter.acquire(makeRequest());
    const retryAfterMs = (): number => {
      let told = Number.NaN;
      const onQueueFull = (_: number, retryAfter: () => number): Error => {
        told = retryAfter();
        return new Error('full');
      };
      expect(limiter.check({ priority: 'interactive', maxWaitMs: 1, onQueueFull })).toBeInstanceOf(Error);
      return told;
    };
    expect([retryAfterMs(), retryAfterMs()]).toEqual([70, 80]);
    // Another one comes and goes: the queue is not dry.
    seen.onPermits();
    expect(retryAfterMs()).toBe(90);
    seen.waitMs = 0;
    seen.onPermits();
    seen.waitMs = 100;
    expect(retryAfterMs()).toBe(50);
  });

  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  /** Lets requests wait for so long each, and returns what became of them. */
  function waitFor(limiter: Limiter, maxWaits: readonly number[]): unknown[] {
    const outcomes: unknown[] = maxWaits.map(() => 'waits');
    for (const [index, maxWaitMs] of maxWaits.entries()) {
      Promise.resolve(limiter.acquire(makeRequest({ maxWaitMs }))).then(
        () => (outcomes[index] = 'granted'),
        (error) => (outcomes[index] = error),
      );
    }
    return outcomes;
  }

  it('refuses those who would wait too long for a permit that is known, a second later at the latest', async () => {
    const { limiter, seen, timers, runNext } = start();
    seen.waitMs = 10;
    const outcomes = waitFor(limiter, [2_000, 10_000, 10_000.1, 20_000]);
    seen.waitMs = 9_000;
    seen.onPermits();
    expect(timers().at(-1)).toBe(1_000);
    seen.now += 1_000;
    runNext();
    await settled();
    const refused = expect.any(TooLong);
    expect(outcomes).toEqual([refused, 'waits', 'waits', 'waits']);
    expect(outcomes[0]).toMatchObject({ expectedMs: 9_000 + 4 * 10 });
    // Those who are left are judged once another second is over.
    seen.waitMs = 9_500;
    seen.now += 999;
    seen.onPermits();
    await settled();
    expect(outcomes).toEqual([refused, 'waits', 'waits', 'waits']);
    seen.now += 1;
    seen.onPermits();
    await settled();
    expect(outcomes).toEqual([refused, refused, refused, 'waits']);
    limiter.stop();
    await settled();
  });

  /** A limiter that has one permit each 100 ms. */
  function startWithPace() {
    const started = start();
    const { seen, take, permit } = started;
    seen.waitMs = 10;
    const grantOne = (): void => {
      seen.now += 100;
      seen.waitMs = 0;
      take.mockImplementationOnce(() => {
        seen.waitMs = 10;
        return permit;
      });
      seen.onPermits();
    };
    return { ...started, grantOne };
  }

  it('counts nobody for those behind who is refused, and goes on as others come', async () => {
    const { limiter, grantOne } = startWithPace();
    const hasty = waitFor(limiter, Array(60).fill(2_500));
    for (let count = 0; count < 10; count += 1) grantOne();
    const patient = waitFor(limiter, Array(10).fill(3_000));
    for (let count = 0; count < 10; count += 1) grantOne();
    await settled();
    // Half a second is left to those, at 70 ms for each.
    expect(hasty.filter((each) => each instanceof TooLong)).toHaveLength(60 - 19 - 8);
    expect(patient).toEqual(Array(10).fill('waits'));
    limiter.stop();
    await settled();
  });

  it('refuses those who would wait too long at the pace at which permits come, with some patience', async () => {
    const { limiter, grantOne } = startWithPace();
    const outcomes = waitFor(limiter, Array(100).fill(4_000));
    for (let count = 0; count < 19; count += 1) grantOne();
    await settled();
    expect(outcomes.filter((each) => each !== 'waits')).toEqual(Array(19).fill('granted'));
    grantOne();
    await settled();
    // By then 18 came in 1.9 seconds after the first: half as many again may come in the two that are left, which are 28.4.
    expect(outcomes.filter((each) => each === 'granted')).toHaveLength(20);
    expect(outcomes.filter((each) => each === 'waits')).toHaveLength(28);
    expect(outcomes.slice(0, 48)).not.toContainEqual(expect.any(TooLong));
    // Who comes now is judged by the pace as it is.
    const { priority, onQueueFull } = makeRequest();
    const check = (maxWaitMs: number) => limiter.check({ priority, maxWaitMs, onQueueFull });
    expect([check(2_810), (check(2_809) as TooLong).expectedMs]).toEqual([undefined, 2_810]);
    // Once all of them are gone, nothing is known of the pace any more.
    limiter.stop();
    await settled();
    void Promise.resolve(limiter.acquire(makeRequest())).catch(() => {});
    expect((check(19) as TooLong).expectedMs).toBe(20);
    limiter.stop();
    await settled();
  });

  it('ends with what its source has under way', () => {
    const { limiter, seen, sizes, timers } = start();
    seen.waitMs = 100;
    const settled = Promise.allSettled([limiter.acquire(makeRequest())]);
    limiter.stop();
    expect([sizes.at(-1), timers()]).toEqual([-1, []]);
    return settled;
  });
});
