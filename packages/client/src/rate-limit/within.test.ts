import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTimers } from './timers.js';
import { within } from './within.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const timers = () => createTimers(() => performance.now());

it('gives what comes in time, and leaves no timer', async () => {
  expect(await within(500, Promise.resolve('slot'), timers())).toBe('slot');
  expect(vi.getTimerCount()).toBe(0);
});

it('rejects with what the work rejects with, and leaves no timer', async () => {
  await expect(within(500, Promise.reject(new Error('refused')), timers())).rejects.toThrow('refused');
  expect(vi.getTimerCount()).toBe(0);
});

it('gives up after that time', async () => {
  const waiting = expect(within(500, new Promise(() => {}), timers())).rejects.toThrow('500 ms');
  await vi.advanceTimersByTimeAsync(510);
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
});

it('lets an answer be read that has come while the event loop stood still', async () => {
  let now = 0;
  let answer = (_: string): void => {};
  const work = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const waiting = within(
    500,
    work,
    createTimers(() => now),
  );
  // Two pauses, each longer than the whole wait.
  for (let pause = 0; pause < 2; pause += 1) {
    now += 600;
    vi.advanceTimersToNextTimer();
  }
  answer('slot');
  expect(await waiting).toBe('slot');
  expect(vi.getTimerCount()).toBe(0);
});
