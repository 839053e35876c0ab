import { expect, it, vi } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { createSideJobs } from './side-jobs.js';

const limits = { maxAtOnce: 2, timeoutMs: 60_000, pauseMs: 1000 };
/** Lets whatever has settled go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

it('begins no more than so many at once, and others once these have ended', async () => {
  const begin = createSideJobs(limits);
  const ends: (() => void)[] = [];
  const job = () => new Promise<void>((resolve) => ends.push(resolve));
  for (let count = 0; count < 5; count += 1) begin(job);
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await settle();
  for (let count = 0; count < 5; count += 1) begin(job);
  expect(ends).toHaveLength(3);
  for (const end of ends) end();
});

it('begins none for a while after one has failed, in whichever way', async () => {
  let now = 5;
  const begin = createSideJobs({ ...limits, monotonicNow: () => now });
  for (const fail of [
    () => Promise.reject(new Error('The disk is full.')),
    () => {
      throw new Error('No store.');
    },
  ]) {
    begin(fail);
    await settle();
    const job = vi.fn(async () => {});
    now += 999;
    begin(job);
    expect(job).not.toHaveBeenCalled();
    now += 1;
    begin(job);
    expect(job).toHaveBeenCalledTimes(1);
    await settle();
  }
});

it('waits for one that hangs until its time is over, and begins none for a while after that', async () => {
  let now = 0;
  const begin = createSideJobs({ maxAtOnce: 1, timeoutMs: 1, pauseMs: 1000, monotonicNow: () => now });
  const hang = vi.fn(() => new Promise<void>(() => {}));
  begin(hang);
  begin(hang);
  expect(hang).toHaveBeenCalledTimes(1);
  // Each time that it looks, the pause after the one before is over.
  await until(() => {
    now += 999;
    begin(hang);
    expect(hang).toHaveBeenCalledTimes(2);
  });
  expect(now).toBeGreaterThan(999);
});
