import { expect, it } from 'vitest';
import { soak } from './soak.js';

it('after 20,000 requests at full speed with random faults, state and journal agree and the memory of the mock is flat', async () => {
  const round = { requests: 4_000 };
  const { failures, rounds, issued, cutOff, garbage } = await soak({ rounds: 5, round, seed: 20261123 });
  expect(failures).toEqual([]);
  expect(rounds).toBe(5);
  // It is no test of anything if nothing gets through, or nothing goes wrong.
  expect(issued).toBeGreaterThan(200);
  expect(cutOff).toBeGreaterThan(20);
  expect(garbage).toBeGreaterThan(20);
});
