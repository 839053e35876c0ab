import { expect, it } from 'vitest';
import { createComeBacks } from './retry-times.js';

const paceMs = 5;
/** What a full queue of ten seconds says. */
const fullMs = 10_000;

it('the first one who is sent away comes back while the queue is still half full', () => {
  const comeBacks = createComeBacks();
  expect(comeBacks.afterMs(0, fullMs, paceMs)).toBe(fullMs / 2);
});

it('those who are sent away at once come back one by one, in step with the limit', () => {
  const comeBacks = createComeBacks();
  const afterMs = Array.from({ length: 1000 }, () => comeBacks.afterMs(0, fullMs, paceMs));
  expect(afterMs).toEqual(Array.from({ length: 1000 }, (_, index) => fullMs / 2 + index * paceMs));
});

it('who is sent away later comes back behind them', () => {
  const comeBacks = createComeBacks();
  for (let count = 0; count < 1000; count += 1) comeBacks.afterMs(0, fullMs, paceMs);
  expect(comeBacks.afterMs(1000, fullMs, paceMs)).toBe(fullMs / 2 + 1000 * paceMs - 1000);
});

it('nobody is told to wait longer than a minute, and those beyond it are spread over the time before', () => {
  const random = [0, 0.5, 1];
  const comeBacks = createComeBacks(() => random.shift() ?? 0);
  const afterMs = Array.from({ length: 11_001 }, () => comeBacks.afterMs(0, fullMs, paceMs));
  expect(Math.max(...afterMs)).toBeLessThanOrEqual(60_000);
  // 55 seconds hold so many of them, one by one.
  expect(new Set(afterMs).size).toBe(11_001);
  const beyond = [1, 2, 3].map(() => comeBacks.afterMs(0, fullMs, paceMs));
  expect(beyond).toEqual([5_000, 32_500, 60_000]);
});

it('a queue that ran dry shows that they stay away: whoever is sent away next is told to come soon', () => {
  const comeBacks = createComeBacks();
  for (let count = 0; count < 1000; count += 1) comeBacks.afterMs(0, fullMs, paceMs);
  comeBacks.forget();
  expect(comeBacks.afterMs(1000, fullMs, paceMs)).toBe(fullMs / 2);
});

it('a wait of more than a minute by itself is told as it is, at the most', () => {
  const comeBacks = createComeBacks(() => 0.5);
  expect(comeBacks.afterMs(0, 300_000, paceMs)).toBe(60_000);
});
