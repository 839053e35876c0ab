import { describe, expect, it } from 'vitest';
import { createSlots } from './window.js';

const windowMs = 1000;

/** Takes every slot for `seconds` at full demand; `lag` gives by how many milliseconds a wait is overslept. */
function sendings(limit: number, seconds: number, lag: (now: number) => number): number[] {
  const slots = createSlots(limit, windowMs);
  const sent: number[] = [];
  let now = 0;
  while (now < seconds * 1000) {
    const waitMs = slots.waitMs(now, 0);
    if (waitMs > 0) {
      now += waitMs + lag(now);
      continue;
    }
    slots.take(now, 0)(0);
    sent.push(now);
  }
  return sent;
}

/** Gives numbers from 0 to 1 that are the same in each run. */
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

describe('slots at full demand', () => {
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
    const slots = createSlots(200, windowMs);
    slots.take(0, 0)(0);
    expect(slots.waitMs(10_000, 10_000)).toBeLessThanOrEqual(0);
    slots.take(10_000, 10_000)(0);
    expect(slots.waitMs(10_000, 10_000)).toBeCloseTo(slots.spacingMs);
  });
});
