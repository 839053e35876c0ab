import { describe, expect, it } from 'vitest';
import { createClock } from './clock-skew.js';
import type { HttpResponse } from './transport/transport.js';

const realTime = Date.parse('Mon, 03 Mar 2025 10:00:00 GMT');
const minutes = 60_000;

function refusal(atMs: number, more: Record<string, string> = {}): HttpResponse {
  const date = new Date(atMs).toUTCString();
  return { status: 401, statusText: '', headers: { date, ...more }, bytes: new Uint8Array() };
}

function start(offMs: number) {
  const told: number[] = [];
  let now = realTime + offMs;
  const clock = createClock(
    () => now,
    (offsetMs) => told.push(offsetMs),
  );
  return {
    clock,
    told,
    /** This machine's clock, when it is really so much later. */
    local: (laterMs = 0) => realTime + offMs + laterMs,
    set: (time: number) => {
      now = time;
    },
  };
}

describe('createClock', () => {
  it.each([-10 * minutes, 10 * minutes, 2_600, -23 * 60 * minutes])(
    'that is off by %d ms is right to half a second after one refusal',
    (offMs) => {
      const { clock, told, local } = start(offMs);
      expect(clock.learn(refusal(realTime), local(), local(), 0)).toBe(true);
      expect(Math.abs(clock.now() - realTime)).toBeLessThanOrEqual(500);
      expect(told).toEqual([clock.offsetMs()]);
    },
  );

  it('reckons from the middle between sending and receiving, and from the middle of the second', () => {
    const { clock, local } = start(-10 * minutes);
    clock.learn(refusal(realTime + 1_000), local(0), local(3_000), 0);
    expect(clock.offsetMs()).toBe(10 * minutes);
  });

  it('leaves alone a difference that explains no refusal', () => {
    const { clock, told, local } = start(1_900);
    expect(clock.learn(refusal(realTime), local(), local(), 0)).toBe(false);
    expect({ offsetMs: clock.offsetMs(), told }).toEqual({ offsetMs: 0, told: [] });
  });

  it('does not believe in a difference of more than a day', () => {
    const { clock, local } = start(25 * 60 * minutes);
    expect(clock.learn(refusal(realTime), local(), local(), 0)).toBe(false);
    expect(clock.offsetMs()).toBe(0);
  });

  it('does not learn from an answer out of a cache', () => {
    const { clock, local } = start(10 * minutes);
    expect(clock.learn(refusal(realTime, { age: '7' }), local(), local(), 0)).toBe(false);
    expect(clock.learn(refusal(realTime, { age: '0' }), local(), local(), 0)).toBe(true);
  });

  it.each(['', 'yesterday'])('does not learn from the Date %j', (date) => {
    const { clock, local } = start(10 * minutes);
    expect(clock.learn(refusal(0, { date }), local(), local(), 0)).toBe(false);
  });

  it('learns once from calls that were refused together, each of which signs anew', () => {
    const { clock, told, local } = start(10 * minutes);
    const refused = Array.from({ length: 5 }, () => clock.offsetMs());
    expect(refused.map((usedMs) => clock.learn(refusal(realTime), local(), local(), usedMs))).toEqual(
      Array(5).fill(true),
    );
    expect(told).toHaveLength(1);
  });

  it('gives a refusal another reason once the time was right', () => {
    const { clock, told, local } = start(10 * minutes);
    clock.learn(refusal(realTime), local(), local(), 0);
    clock.accepted(clock.offsetMs());
    expect(clock.learn(refusal(realTime + 1_000), local(1_000), local(1_000), clock.offsetMs())).toBe(false);
    expect(told).toHaveLength(1);
  });

  it('learns anew when the clock of the machine is put right', () => {
    const { clock, set, local } = start(10 * minutes);
    clock.learn(refusal(realTime), local(), local(), 0);
    set(realTime);
    expect(clock.learn(refusal(realTime), realTime, realTime, clock.offsetMs())).toBe(true);
    expect(Math.abs(clock.offsetMs())).toBeLessThanOrEqual(500);
  });

  it('goes back to the time of the machine where the API never accepted what it learned', () => {
    const { clock, told, local } = start(0);
    // A gateway whose clock is an hour slow, and stays so.
    const gateway = refusal(realTime - 60 * minutes);
    clock.learn(gateway, local(), local(), 0);
    expect(clock.learn(gateway, local(), local(), clock.offsetMs())).toBe(true);
    expect(clock.offsetMs()).toBe(0);
    expect(told).toHaveLength(2);
  });

  it('goes back to it where a refusal says nothing of the time', () => {
    const { clock, local } = start(10 * minutes);
    clock.learn(refusal(realTime), local(), local(), 0);
    clock.accepted(clock.offsetMs());
    expect(clock.learn(refusal(realTime, { age: '7' }), local(), local(), clock.offsetMs())).toBe(true);
    expect(clock.offsetMs()).toBe(0);
    expect(clock.learn(refusal(realTime, { age: '7' }), local(), local(), 0)).toBe(false);
  });
});
