import { beforeEach, describe, expect, it } from 'vitest';
import { createRunningMinimum, createWindow } from './window.js';

const windowMs = 1000;
let now = 0;
const monotonicNow = (): number => now;

beforeEach(() => {
  now = 0;
});

/** Acquires every permit for `seconds` at full demand; `lag` gives by how many milliseconds a wait is overslept. */
function sendings(limit: number, seconds: number, lag: (now: number) => number): number[] {
  const window = createWindow({ limit, windowMs, monotonicNow });
  const sent: number[] = [];
  now = 0;
  while (now < seconds * 1000) {
    const waitMs = window.waitMs(now, 0);
    if (waitMs > 0) {
      now += waitMs + lag(now);
      continue;
    }
    window.take(now, 0).release('answered');
    sent.push(now);
  }
  return sent;
}

/** Returns numbers from 0 to 1 that are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

function mostWithin(ms: number, times: readonly number[]): number {
  const counts = times.map((from, index) => times.slice(index, index + 1000).filter((at) => at < from + ms).length);
  return Math.max(...counts);
}

it('a permit that was given back unused is free, whichever others have come back before', () => {
  const window = createWindow({ limit: 3, windowMs, monotonicNow });
  const take = () => {
    now += Math.max(0, window.waitMs(now, now));
    return window.take(now, now);
  };
  const [first, ...others] = [take(), take(), take()];
  first?.release('answered');
  now += windowMs / 2;
  // These come back late.
  for (const permit of others) permit.release('lost');
  // The first of them has come back by then.
  const next = take();
  next.release('unused');
  now += windowMs / 3 + 10;
  expect(window.waitMs(now, now)).toBeLessThanOrEqual(0);
});

describe('permits at full demand', () => {
  const random = seeded(7);
  it.each<[string, (now: number) => number]>([
    ['on a free event loop', () => 0],
    ['with timers that come late by up to 2 ms', () => random() * 2],
    [
      'with an event loop that is blocked for up to 40 ms now and then',
      () => (random() < 0.05 ? random() * 40 : random()),
    ],
    ['with an event loop that stood still for 3 seconds', (now) => (now > 5000 && now < 5010 ? 3000 : 0)],
  ])('are never more than the limit in any window, %s', (_, lag) => {
    expect(mostWithin(windowMs, sendings(200, 20, lag))).toBeLessThanOrEqual(200);
  });

  it.each<[string, (now: number) => number]>([
    ['on a free event loop', () => 0],
    ['with timers that come late by up to 2 ms', () => random() * 2],
    [
      'with an event loop that is blocked for up to 40 ms now and then',
      () => (random() < 0.05 ? random() * 40 : random()),
    ],
  ])('are 198 a second at the least, %s', (_, lag) => {
    expect(sendings(200, 60, lag).length / 60).toBeGreaterThanOrEqual(198);
  });

  it('are evenly spaced', () => {
    const sent = sendings(200, 3, () => 0);
    const distances = sent.slice(1).map((at, index) => at - (sent[index] as number));
    expect(Math.min(...distances)).toBeGreaterThan(4.9);
    expect(Math.max(...distances)).toBeLessThan(5.1);
  });

  it('come a little less often than the limit says', () => {
    expect(createWindow({ limit: 200, windowMs, monotonicNow }).spacingMs()).toBe(5.02);
  });

  it('are made up for after a pause of the event loop, for 50 ms of it', () => {
    const window = createWindow({ limit: 200, windowMs, monotonicNow });
    window.take(0, 0).release('answered');
    now = 700;
    let count = 0;
    for (; window.waitMs(now, 0) <= 0 && count < 100; count += 1) window.take(now, 0).release('answered');
    expect(count).toBe(10);
    expect(window.waitMs(now, 0)).toBeCloseTo(0.2);
  });

  it.each([1, 3, 10, 1000])('keep to a limit of %d as well, and use it', (limit) => {
    const most = mostWithin(
      windowMs,
      sendings(limit, 5, () => 0),
    );
    expect(most).toBeLessThanOrEqual(limit);
    expect(most).toBeGreaterThan(limit * 0.99);
  });
});

describe('a pause in demand', () => {
  it('leaves no slots behind', () => {
    const window = createWindow({ limit: 200, windowMs, monotonicNow });
    window.take(0, 0).release('answered');
    now = 10_000;
    expect(window.waitMs(now, now)).toBeLessThanOrEqual(0);
    window.take(now, now).release('answered');
    expect(window.waitMs(now, now)).toBeCloseTo(window.spacingMs());
  });
});

describe('a permit', () => {
  /** Creates a window whose usual latency is known to be `usualLatencyMs`, with all of its permits free. */
  function makeWindow(limit: number, usualLatencyMs = 0) {
    const window = createWindow({ limit, windowMs, monotonicNow });
    for (let count = 0; count < 2000; count += 1) {
      now += 2 * windowMs;
      window.waitMs(now, now);
      const permit = window.take(now, now);
      now += usualLatencyMs;
      permit.release('answered');
    }
    now += 10 * windowMs;
    window.waitMs(now, now);
    return window;
  }

  /** Returns the milliseconds until the next permit for whoever came long ago. */
  function waitMs({ waitMs }: ReturnType<typeof createWindow>): number {
    return waitMs(now, Number.NEGATIVE_INFINITY);
  }

  it('comes back a little more than a window after its request', () => {
    const window = makeWindow(1);
    window.take(now, now).release('answered');
    expect(waitMs(window)).toBeGreaterThan(windowMs);
    expect(waitMs(window)).toBeLessThan(windowMs + 10);
    now += waitMs(window);
    expect(waitMs(window)).toBeLessThanOrEqual(0);
  });

  it('comes back at the same time where the answer took as long as usual', () => {
    const window = makeWindow(1, 40);
    const permit = window.take(now, now);
    now += 40;
    permit.release('answered');
    expect(waitMs(window)).toBeGreaterThan(windowMs - 40);
    expect(waitMs(window)).toBeLessThan(windowMs - 40 + 10);
  });

  it('comes back later whose request was counted late, and holds up no other', () => {
    const window = makeWindow(2);
    const late = window.take(now, now);
    now += 600;
    window.take(now, now).release('answered');
    const startedAt = now;
    late.release('answered');
    now += waitMs(window);
    expect(now - startedAt).toBeGreaterThan(windowMs);
    expect(now - startedAt).toBeLessThan(windowMs + 10);
    window.take(now, now).release('answered');
    window.take(now + waitMs(window), now).release('answered');
  });

  it('comes back before one that was released earlier, where it is due earlier', () => {
    const window = makeWindow(2);
    const early = window.take(now, now);
    now += 1.4 * windowMs;
    window.take(now, now).release('answered');
    now += 0.1 * windowMs;
    // Its request was counted a window after it was used at the latest: half a window from here.
    early.release('answered');
    expect(waitMs(window)).toBeGreaterThan(0.5 * windowMs);
    expect(waitMs(window)).toBeLessThan(0.5 * windowMs + 10);
  });

  it('comes back another window later where there is no answer', () => {
    const window = makeWindow(1);
    window.take(now, now);
    expect(waitMs(window)).toBeGreaterThan(2 * windowMs);
    expect(waitMs(window)).toBeLessThan(2 * windowMs + 10);
  });

  it('comes back as late where its answer was lost, since it may have been counted at the end', () => {
    const window = makeWindow(1, 40);
    const permit = window.take(now, now);
    now += 40;
    permit.release('lost');
    expect(waitMs(window)).toBe(windowMs + 2);
  });

  it('that is back at this very moment is taken, and no other', () => {
    const window = makeWindow(2);
    const late = window.take(now, now);
    now += 600;
    window.take(now, now).release('answered');
    late.release('answered');
    for (const _ of [1, 2]) {
      now += waitMs(window);
      window.take(now, now);
    }
    // Both are in use again, and neither has come back: 502 ms ago was the first one of them.
    expect(waitMs(window)).toBeCloseTo(2 * windowMs + 2 - 502);
  });

  it('comes back without an answer, and leaves the others to their time', () => {
    const window = makeWindow(2);
    window.take(now, now);
    now += 1_900;
    const lost = window.take(now, now);
    now += 600;
    lost.release('lost');
    // The first one has come back by now, and is taken here; the lost one comes back 1,602 ms after it was used.
    window.take(now, now);
    expect(waitMs(window)).toBe(1_002);
  });

  it('changes nothing any more once it has come back without being released', () => {
    const window = makeWindow(1);
    const late = window.take(now, now);
    now += waitMs(window);
    expect(waitMs(window)).toBeLessThanOrEqual(0);
    window.take(now, now).release('answered');
    const before = waitMs(window);
    late.release('answered');
    late.release('unused');
    expect(waitMs(window)).toBe(before);
  });

  it('that was not used is there for the next request', () => {
    const window = makeWindow(1);
    window.take(now, now).release('unused');
    // Only the even distance is left, however late it is.
    now += 1.1 * windowMs;
    const late = window.take(now, now);
    now += 0.9 * windowMs;
    late.release('unused');
    expect(waitMs(window)).toBeCloseTo(104);
    now += 104;
    const permit = window.take(now, now);
    permit.release('unused');
    now += 1.1 * windowMs;
    expect(waitMs(window)).toBeLessThanOrEqual(0);
  });
});

describe('a running minimum', () => {
  function experienced(value: number): (value: number) => number {
    const least = createRunningMinimum(10, 0);
    for (let count = 0; count < 10; count += 1) least(value);
    return least;
  }

  it('is the least of the values before and of this one', () => {
    const least = experienced(20);
    expect([least(20), least(120), least(5), least(20)]).toEqual([20, 20, 5, 5]);
  });

  it('forgets a value after that many to twice as many others', () => {
    const least = experienced(20);
    const lately = Array.from({ length: 21 }, () => least(50));
    expect(lately.slice(0, 10)).toEqual(Array(10).fill(20));
    expect(lately.at(-1)).toBe(50);
  });

  it('is 0 until there are enough of them', () => {
    const least = createRunningMinimum(3, 0);
    expect([least(800), least(700), least(800), least(800)]).toEqual([0, 0, 0, 700]);
  });
});
