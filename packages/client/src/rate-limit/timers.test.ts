import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTimers } from './timers.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

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

it('cancels one of them', () => {
  const timers = createTimers(() => now);
  const cancel = timers.after(10, () => {});
  timers.after(20, () => {}, { keepsAlive: false });
  cancel();
  expect(vi.getTimerCount()).toBe(1);
});

it('cancels one that was early, too', () => {
  const timers = createTimers(() => now);
  const cancel = timers.after(10, () => {});
  now = 9;
  vi.advanceTimersByTime(10);
  expect(vi.getTimerCount()).toBe(1);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
});
