import { refuseOption } from '../errors.js';
import type { RateStore, RateStoreOptions } from '../rate-limit/rate-store.js';
import { createSharedSlots } from '../rate-limit/shared-slots.js';

/**
 * Creates a rate store from one function, for a store that is neither Redis nor PostgreSQL.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const store = createRateStore({ reserve: (key, added) => addToStretches(key, added) });
 * const nexconn = createNexconnClient({ appKey, appSecret, region, rateLimit: { store } });
 */
export function createRateStore(options: RateStoreOptions): RateStore {
  // It may be a method, of an object with properties of its own, so that no name is refused.
  if (typeof options?.reserve !== 'function') refuseOption('reserve', 'is no function. Pass one.');
  const reserve: RateStoreOptions['reserve'] = (key, added, member) => options.reserve(key, added, member);
  return { reserve, connect: (limit) => createSharedSlots(reserve, limit) };
}

/** Returns a number that some clients return as a text or a BigInt; what is nothing is none, of which `Number` would make 0. */
export function toNumber(value: unknown): number {
  return value === null || value === '' ? Number.NaN : Number(value);
}
