import { expect, it } from 'vitest';
import { opaqueUserId } from '../src/index.js';

const key = '0123456789abcdef0123456789abcdef';

it('opaqueUserId gives a million users a million IDs', { timeout: 300_000 }, () => {
  const ids = new Set<string>();
  for (let id = 0; id < 1_000_000; id += 1) ids.add(opaqueUserId(id, key));
  expect(ids.size).toBe(1_000_000);
});
