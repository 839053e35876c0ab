import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUserRateLimiter } from './user-rate-limit.js';

function makeLimiter(perMinute: number, maxUsers = 1_000) {
  const time = { now: 0 };
  return { time, ...createUserRateLimiter({ perMinute, maxUsers, monotonicNow: () => time.now }) };
}

describe('the limit of a user', () => {
  it('lets a minute’s requests through at once, and then one for each share of the minute', () => {
    const { acquire, time } = makeLimiter(3);
    expect([acquire('a'), acquire('a'), acquire('a'), acquire('a')]).toEqual([0, 0, 0, 20_000]);
    time.now = 20_000;
    expect([acquire('a'), acquire('a')]).toEqual([0, 20_000]);
    time.now = 1_000_000;
    expect([acquire('a'), acquire('a'), acquire('a'), acquire('a')]).toEqual([0, 0, 0, 20_000]);
  });

  it('never lets more than twice its number through in any minute, and lets through who waits as told', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), pauses, (perMinute, steps) => {
        const { acquire, time } = makeLimiter(perMinute);
        const taken: number[] = [];
        for (const step of steps) {
          time.now += step;
          const waitMs = acquire('a');
          if (waitMs > 0) {
            time.now += waitMs;
            expect(acquire('a')).toBe(0);
          }
          taken.push(time.now);
        }
        for (const at of taken) {
          const inMinute = taken.filter((other) => other >= at && other < at + 60_000).length;
          expect(inMinute).toBeLessThanOrEqual(2 * perMinute);
        }
      }),
    );
  });

  it('keeps count of no more users than it is told, and of who asks for longest', () => {
    const { acquire } = makeLimiter(1, 3);
    for (const userId of ['a', 'b', 'c', 'd']) expect(acquire(userId)).toBe(0);
    expect([acquire('d'), acquire('c'), acquire('b')].every((waitMs) => waitMs > 0)).toBe(true);
    expect(acquire('a')).toBe(0);
  });

  it('keeps count of as many users as it is told', () => {
    const { acquire } = makeLimiter(1, 3);
    for (const userId of ['a', 'b', 'c']) expect(acquire(userId)).toBe(0);
    expect(['a', 'b', 'c'].map((userId) => acquire(userId))).toEqual([60_000, 60_000, 60_000]);
  });

  it('drops the count of whoever was quiet for longest, also where that is somebody who is let through', () => {
    const { acquire, time } = makeLimiter(2, 2);
    for (const userId of ['a', 'a', 'b']) acquire(userId);
    time.now = 29_000;
    // Whoever is refused was not quiet.
    expect(acquire('a')).toBe(1_000);
    acquire('c');
    expect([acquire('b'), acquire('b')]).toEqual([0, 0]);
  });

  it('lets whoever asks a rounding error too soon through', () => {
    const { acquire, time } = makeLimiter(1);
    acquire('a');
    time.now = 59_999.9995;
    expect(acquire('a')).toBe(0);
    const other = makeLimiter(1);
    other.acquire('a');
    other.time.now = 59_999.9;
    expect(other.acquire('a')).toBeCloseTo(0.1);
  });
});
