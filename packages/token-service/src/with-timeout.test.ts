import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withTimeout } from './with-timeout.js';

vi.mock('./system-time.js', () => import('../../../test/support/faked-time.js'));

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const after = (ms: number, value: string) =>
  new Promise<string>((resolve) => {
    setTimeout(() => resolve(value), ms);
  });

it.each([
  ['at once', 'value'],
  ['as a promise', Promise.resolve('value')],
])('what comes in time is passed on, and leaves no timer: %s', async (_, work) => {
  expect(await withTimeout(work, 100, 'Late.')).toBe('value');
  expect(vi.getTimerCount()).toBe(0);
});

it('a failure is passed on, and leaves no timer', async () => {
  await expect(withTimeout(Promise.reject(new Error('No.')), 100, 'Late.')).rejects.toThrow('No.');
  expect(vi.getTimerCount()).toBe(0);
});

it('what does not come in time is an error of its own name and code, and leaves no timer', async () => {
  const expected = { name: 'TimeoutError', code: 'TIMED_OUT', message: 'Late.' };
  const failed = expect(withTimeout(new Promise(() => {}), 100, 'Late.')).rejects.toMatchObject(expected);
  await vi.advanceTimersByTimeAsync(101);
  await failed;
  expect(vi.getTimerCount()).toBe(0);
});

it('what comes one iteration late, as after a busy time, still counts', async () => {
  const late = after(100, 'value');
  const work = withTimeout(late, 100, 'Late.');
  await vi.advanceTimersByTimeAsync(100);
  expect(await work).toBe('value');
  expect(vi.getTimerCount()).toBe(0);
});
