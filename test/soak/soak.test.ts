import { expect, it } from 'vitest';
import { soak } from './soak.js';

it('after 5 s at full speed with random faults, state and journal agree and the memory of the mock is flat', async () => {
  const { failures, rounds, issued, cutOff, garbage } = await soak({ seconds: 5, seed: 20261123 });
  expect(failures).toEqual([]);
  expect(rounds).toBeGreaterThan(2);
  // It is no test of anything if nothing gets through, or nothing goes wrong.
  expect(issued).toBeGreaterThan(200);
  expect(cutOff).toBeGreaterThan(20);
  expect(garbage).toBeGreaterThan(20);
});
