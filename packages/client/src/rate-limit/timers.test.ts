import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTimers } from './timers.js';

let now = 0;
beforeEach(() => {
  now = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('runs nothing before its time, however early the runtime is', () => {
  const timers = createTimers(() => now);
  const ran: number[] = [];
  timers.after(10, () => ran.push(now));
  now = 9.2;
  vi.advanceTimersByTime(10);
  expect(ran).toEqual([]);
  now = 10.1;
  vi.advanceTimersByTime(1);
  expect(ran).toEqual([10.1]);
});

it('calls off one of them, or all', () => {
  const timers = createTimers(() => now);
  const callOff = timers.after(10, () => {});
  timers.after(20, () => {});
  timers.after(30, () => {}, { keepsAlive: false });
  callOff();
  expect(vi.getTimerCount()).toBe(2);
  timers.clear();
  expect(vi.getTimerCount()).toBe(0);
});

it('calls off one that was early, too', () => {
  const timers = createTimers(() => now);
  const callOff = timers.after(10, () => {});
  now = 9;
  vi.advanceTimersByTime(10);
  expect(vi.getTimerCount()).toBe(1);
  callOff();
  expect(vi.getTimerCount()).toBe(0);
});
