import { expect, it } from 'vitest';
import { createStoreClock } from './create-store-clock.js';

it('takes the store to have counted in the middle between question and answer', () => {
  const clock = createStoreClock();
  clock.learn(1_000_000, 50, 54);
  expect(clock.toLocal(1_000_010)).toBe(62);
  expect(clock.toStore(62)).toBe(1_000_010);
});

it('goes by the quickest answer', () => {
  const clock = createStoreClock();
  clock.learn(1_000_000, 50, 52);
  clock.learn(1_000_100, 150, 190);
  expect(clock.toLocal(1_000_200)).toBe(251);
});

it('follows a clock that drifts', () => {
  const clock = createStoreClock();
  clock.learn(0, 0, 2);
  for (let second = 1; second <= 3600; second += 1) {
    const at = second * 1000;
    clock.learn(at * 1.0005, at - 1, at + 1);
  }
  expect(Math.abs(clock.toLocal(3_600_000 * 1.0005) - 3_600_000)).toBeLessThan(5);
});

it('follows a clock that is set', () => {
  const clock = createStoreClock();
  clock.learn(1_000_000, 50, 51);
  clock.learn(400_000, 60, 90);
  expect(clock.toLocal(400_000)).toBe(75);
});
