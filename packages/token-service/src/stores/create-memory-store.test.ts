import { expect, it } from 'vitest';
import { storeSuite } from '../../test/store-suite.js';
import { createMemoryStore, type TokenStore } from '../index.js';

let store: TokenStore;

storeSuite('memory', {
  // It ends with its process, so that opening it again is the same one.
  open: async () => store,
  wipe: async () => {
    store = createMemoryStore();
  },
});

it('a lease is held until its time is over, by the time that is given', async () => {
  let now = 1_000;
  const { acquireLease, extendLease, releaseLease } = createMemoryStore({ monotonicNow: () => now });
  const leaseId = (await acquireLease('ada', 100)) ?? '';
  now = 1_099;
  expect(await acquireLease('ada', 100)).toBeUndefined();
  await extendLease('ada', leaseId, 200);
  now = 1_298;
  expect(await acquireLease('ada', 100)).toBeUndefined();
  now = 1_299;
  // Too late: it is over, and nobody may have it anew by this.
  await extendLease('ada', leaseId, 200);
  const next = await acquireLease('ada', 100);
  expect(next).toBeTypeOf('string');
  expect(next).not.toBe(leaseId);
  await extendLease('bob', leaseId, 200);
  await releaseLease('bob', leaseId);
});

it.each([
  ['monotonicNow', { monotonicNow: 7 }],
  ['clock', { clock: () => 0 }],
])('refuses %s by its name', (option, options) => {
  const message = expect.stringContaining(option);
  expect(() => createMemoryStore(options as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message }),
  );
});
