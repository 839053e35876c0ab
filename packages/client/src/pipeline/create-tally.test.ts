import { expect, it, vi } from 'vitest';
import { createTally } from './create-tally.js';

it('is idle at once where nothing is under way', async () => {
  await createTally().idle();
});

it('is idle once the last of all has ended, for all who wait', async () => {
  const { begin, end, idle } = createTally();
  begin();
  begin();
  const told = vi.fn();
  const waiting = Promise.all([idle().then(told), idle().then(told)]);
  end();
  await Promise.resolve();
  expect(told).not.toHaveBeenCalled();
  end();
  await waiting;
  expect(told).toHaveBeenCalledTimes(2);
});
