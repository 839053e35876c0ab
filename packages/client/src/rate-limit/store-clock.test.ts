import { expect, it } from 'vitest';
import { createStoreClock } from './store-clock.js';

it('takes the store to have counted in the middle between question and answer', () => {
  const clock = createStoreClock();
  clock.learn(1_000_000, 50, 52);
  expect(clock.toLocal(1_000_010, 52)).toBe(61);
  expect(clock.toStore(61, 52)).toBe(1_000_010);
});

it('goes by the quickest answer', () => {
  const clock = createStoreClock();
  clock.learn(1_000_000, 50, 52);
  clock.learn(1_000_100, 150, 190);
  expect(clock.toLocal(1_000_200, 190)).toBeCloseTo(251, 0);
});

it('is late rather than early where all answers have been slow since', () => {
  const clock = createStoreClock();
  clock.learn(1_000_000, 50, 52);
  for (let second = 1; second <= 10; second += 1) {
    const at = second * 1000;
    // The way there took as long as ever, and the answer was read late.
    clock.learn(1_000_000 + at, 50 + at, 63 + at);
  }
  const [now, true_] = [10_063, 51];
  expect(clock.toLocal(1_000_000, now)).toBeGreaterThan(true_ - 0.02);
  expect(clock.toStore(true_, now)).toBeGreaterThan(1_000_000 - 0.02);
  expect(clock.toLocal(1_000_000, now)).toBeLessThan(true_ + 13);
});

it('is late by all that the first answer may have told wrong', () => {
  const clock = createStoreClock();
  // The store counted at once, and 120 ms went by until it was known.
  clock.learn(1_000_000, 50, 170);
  expect(clock.toLocal(1_000_000, 170)).toBeGreaterThanOrEqual(168);
  expect(clock.toStore(50, 170)).toBeGreaterThanOrEqual(1_000_000 - 2);
});

it('follows a clock that drifts', () => {
  const clock = createStoreClock();
  clock.learn(0, 0, 2);
  for (let second = 1; second <= 3600; second += 1) {
    const at = second * 1000;
    clock.learn(at * 1.0005, at - 1, at + 1);
  }
  expect(Math.abs(clock.toLocal(3_600_000 * 1.0005, 3_600_001) - 3_600_000)).toBeLessThan(5);
});

it('follows a clock that is set', () => {
  const clock = createStoreClock();
  clock.learn(1_000_000, 50, 51);
  clock.learn(400_000, 60, 90);
  // Of an answer that took 15 ms each way where half a millisecond is usual, nobody knows on which.
  expect(clock.toLocal(400_000, 90)).toBeCloseTo(75 + 14.5, 1);
});
