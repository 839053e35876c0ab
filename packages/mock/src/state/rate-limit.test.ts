import { expect, it } from 'vitest';
import { createSlidingWindow } from './rate-limit.js';

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

it('starts anew when the clock is set back', () => {
  const { take } = createSlidingWindow(1, 1000);
  expect([take(10_000), take(10_000), take(0), take(0)]).toEqual([0, 1000, 0, 1000]);
});
