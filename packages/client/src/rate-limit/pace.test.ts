import { expect, it } from 'vitest';
import { createPace } from './pace.js';

/** Notes a permit each `everyMs`, from `from` until `until`. */
function noteEach(pace: ReturnType<typeof createPace>, everyMs: number, from: number, until: number): void {
  for (let at = from; at <= until; at += everyMs) pace.note(at);
}

it('is not known for two seconds', () => {
  const pace = createPace();
  pace.begin(10_000);
  noteEach(pace, 100, 10_100, 11_900);
  expect(pace.spacingMs(11_999)).toBe(0);
  expect(pace.spacingMs(12_000)).toBeGreaterThan(0);
});

it('is the mean time between two permits, from the first one on', () => {
  const pace = createPace();
  pace.begin(10_000);
  noteEach(pace, 100, 10_500, 12_500);
  expect(pace.spacingMs(12_500)).toBe(100);
  expect(pace.spacingMs(13_500)).toBe(150);
});

it('is the whole time where none, or a single one, has come', () => {
  const pace = createPace();
  pace.begin(10_000);
  expect(pace.spacingMs(13_000)).toBe(3_000);
  pace.note(13_000);
  expect(pace.spacingMs(15_500)).toBe(2_500);
});

it('follows a change', () => {
  const pace = createPace();
  pace.begin(0);
  for (let at = 1_000; at <= 60_000; at += 1_000) {
    noteEach(pace, 10, at - 990, at);
    pace.spacingMs(at);
  }
  expect(pace.spacingMs(60_000)).toBeCloseTo(10, 1);
  for (let at = 61_000; at <= 80_000; at += 1_000) {
    noteEach(pace, 100, at - 900, at);
    pace.spacingMs(at);
  }
  expect(pace.spacingMs(80_000)).toBeGreaterThan(80);
  expect(pace.spacingMs(80_000)).toBeLessThanOrEqual(101);
});

it('counts what is older than five seconds for half', () => {
  const pace = createPace();
  pace.begin(0);
  noteEach(pace, 100, 1, 5_001);
  expect(pace.spacingMs(5_001)).toBe(100);
  // Half of the 50, and of the 5,100 ms.
  expect(pace.spacingMs(5_101)).toBe(102);
  expect(pace.spacingMs(5_101)).toBe(102);
  noteEach(pace, 50, 5_151, 6_101);
  expect(pace.spacingMs(6_101)).toBeCloseTo((2_550 + 1_000) / 45);
});

it('begins anew with each queue', () => {
  const pace = createPace();
  pace.begin(0);
  noteEach(pace, 100, 100, 3_000);
  pace.begin(4_000);
  expect(pace.spacingMs(5_999)).toBe(0);
  expect(pace.spacingMs(6_000)).toBe(2_000);
});
