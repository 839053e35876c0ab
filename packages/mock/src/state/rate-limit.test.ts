import { afterEach, expect, it, vi } from 'vitest';
import { admitRequest, createSlidingWindow, type RateWindow } from './rate-limit.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The same numbers every run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

it('admits the limit, then says how long until the next', () => {
  const { take } = createSlidingWindow(3, 1000);
  expect([0, 10, 20, 20, 999, 1000, 1009, 1010].map(take)).toEqual([0, 0, 0, 980, 1, 0, 1, 0]);
});

it.each([1, 2, 7, 40])('never admits more than %i in any second, and never fewer than it could', (limit) => {
  const { take } = createSlidingWindow(limit, 1000);
  const roll = createDice(limit);
  const admitted: number[] = [];
  for (let now = 0, step = 0; step < 5000; step += 1, now += roll(step % 1000 < 300 ? 3 : 200)) {
    const inWindow = admitted.filter((time) => time > now - 1000).length;
    const wait = take(now);
    expect(wait === 0).toBe(inWindow < limit);
    if (wait === 0) admitted.push(now);
    else expect(admitted.at(-limit)).toBe(now + wait - 1000);
  }
});

it('takes a limit far beyond what is used, and one of none', () => {
  const high = createSlidingWindow(1e9, 1000);
  expect(Array.from({ length: 5000 }, () => high.take(5)).every((wait) => wait === 0)).toBe(true);
  expect(createSlidingWindow(0, 1000).take(5)).toBeGreaterThan(0);
});

it.each([
  [1, 5, [1]],
  [20, 16, [16]],
  [20, 50, [16, 20]],
  [1e9, 100, [16, 32, 64, 128]],
])('takes room for what was counted: with a limit of %i, after %i requests', (limit, count, expected) => {
  const lengths: number[] = [];
  const construct = (Plain: typeof Float64Array, [length = 0]: number[]) => {
    lengths.push(length);
    return new Plain(length);
  };
  vi.stubGlobal('Float64Array', new Proxy(Float64Array, { construct }));
  const { take } = createSlidingWindow(limit, 1000);
  for (let now = 0; now < count; now += 1) take(now);
  expect(lengths).toEqual(expected);
});

it.each([1, 3, 10, 15])('keeps what it has counted when it grows after %i were forgotten', (forgotten) => {
  const { take } = createSlidingWindow(30, 1000);
  for (let count = 0; count < forgotten; count += 1) take(0);
  const waits = Array.from({ length: 30 }, (_unused, index) => take(1000 + index));
  expect(waits).toEqual(waits.map(() => 0));
  // Each is forgotten in its turn, and no other with it.
  for (let index = 0; index < 30; index += 1) {
    expect([take(1999 + index), take(2000 + index), take(2000 + index)]).toEqual([1, 0, index < 29 ? 1 : 971]);
  }
});

it('starts anew when the clock is set back', () => {
  const { take } = createSlidingWindow(1, 1000);
  expect([take(10_000), take(10_000), take(0), take(0)]).toEqual([0, 1000, 0, 1000]);
});

/** An app with this limit, and a function that says whether an operation was refused at a time, and for how long. */
function start(rateLimit: number | false | null = null) {
  const app = { settings: { suspended: false, rateLimit }, windows: new Map<string, RateWindow>() };
  return (now: number, documented: { limit: number; windowSeconds: number } | null, operationId = 'a') => {
    try {
      admitRequest(app, { operationId, rateLimit: documented && { ...documented, per: 'app-key' } }, now);
    } catch (error) {
      return (error as { headers: Record<string, string> }).headers['Retry-After'];
    }
    return undefined;
  };
}

it('counts by the limit and the window of the document, and anew where one of them has changed', () => {
  const ask = start();
  const two = { limit: 2, windowSeconds: 10 };
  expect([1, 2, 3].map((now) => ask(now, two))).toEqual([undefined, undefined, '10']);
  expect([4, 5, 6, 7].map((now) => ask(now, { ...two, limit: 3 }))).toEqual([undefined, undefined, undefined, '10']);
  expect([8, 9, 10, 11].map((now) => ask(now, { limit: 3, windowSeconds: 5 }))).toEqual([
    undefined,
    undefined,
    undefined,
    '5',
  ]);
  expect(ask(12, null)).toBe(undefined);
});

it('counts by its own limit in the window of the document, or in a second where that has none', () => {
  const ask = start(1);
  const documented = { limit: 100, windowSeconds: 60 };
  expect([ask(0, documented), ask(1, documented), ask(0, null, 'b'), ask(1, null, 'b')]).toEqual([
    undefined,
    '60',
    undefined,
    '1',
  ]);
});

it('sends Retry-After of a second where the document admits nothing at all', () => {
  expect(start()(1_000_000, { limit: 0, windowSeconds: 1 })).toBe('1');
});
