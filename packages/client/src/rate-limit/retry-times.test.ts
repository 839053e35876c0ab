import { expect, it } from 'vitest';
import { createRetryTimes } from './retry-times.js';

const spacingMs = 5;
/** What a full queue of ten seconds says. */
const fullMs = 10_000;

it('the first one who is sent away comes back while the queue is still half full', () => {
  const retryTimes = createRetryTimes();
  expect(retryTimes.afterMs(0, fullMs, spacingMs)).toBe(fullMs / 2);
});

it('those who are sent away at once come back one by one, in step with the limit', () => {
  const retryTimes = createRetryTimes();
  const afterMs = Array.from({ length: 1000 }, () => retryTimes.afterMs(0, fullMs, spacingMs));
  expect(afterMs).toEqual(Array.from({ length: 1000 }, (_, index) => fullMs / 2 + index * spacingMs));
});

it('who is sent away later comes back behind them', () => {
  const retryTimes = createRetryTimes();
  for (let count = 0; count < 1000; count += 1) retryTimes.afterMs(0, fullMs, spacingMs);
  expect(retryTimes.afterMs(1000, fullMs, spacingMs)).toBe(fullMs / 2 + 1000 * spacingMs - 1000);
});

it('nobody is told to wait longer than a minute, and those beyond it are spread over the time before', () => {
  const random = [0, 0.5, 1];
  const retryTimes = createRetryTimes(() => random.shift() ?? 0);
  const afterMs = Array.from({ length: 11_001 }, () => retryTimes.afterMs(0, fullMs, spacingMs));
  expect(Math.max(...afterMs)).toBeLessThanOrEqual(60_000);
  // 55 seconds hold so many of them, one by one.
  expect(new Set(afterMs).size).toBe(11_001);
  const beyond = [1, 2, 3].map(() => retryTimes.afterMs(0, fullMs, spacingMs));
  expect(beyond).toEqual([5_000, 32_500, 60_000]);
});

it('a queue that ran dry shows that they stay away: whoever is sent away next is told to come soon', () => {
  const retryTimes = createRetryTimes();
  for (let count = 0; count < 1000; count += 1) retryTimes.afterMs(0, fullMs, spacingMs);
  retryTimes.forget();
  expect(retryTimes.afterMs(1000, fullMs, spacingMs)).toBe(fullMs / 2);
});

it('a wait of more than a minute by itself is told as it is, at the most', () => {
  const retryTimes = createRetryTimes(() => 0.5);
  expect(retryTimes.afterMs(0, 300_000, spacingMs)).toBe(60_000);
});
