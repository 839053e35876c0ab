import { expect, it } from 'vitest';
import { fuzz } from './fuzz.js';

it('5,000 fuzzed requests are each answered in the shape of the API, or their connection is closed', async () => {
  const { failures, sent, statuses } = await fuzz({ count: 5000, seed: 20261123 });
  expect(failures).toEqual([]);
  expect(sent).toBe(5000);
  // It is no test of anything if nothing gets through.
  expect(statuses['200']).toBeGreaterThan(200);
});
