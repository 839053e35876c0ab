import type { RateStore, RateStoreOptions } from '../rate-limit/rate-store.js';
import { createSharedSlots } from '../rate-limit/shared-slots.js';

/**
 * Creates a rate store from one function, for a store that is neither Redis nor PostgreSQL.
 *
 * @throws {TypeError} where `reserve` is no function
 * @example
 * const store = createRateStore({ reserve: (key, added) => addToStretches(key, added) });
 * const nexconn = createNexconnClient({ appKey, appSecret, region, rateLimit: { store } });
 */
export function createRateStore(options: RateStoreOptions): RateStore {
  if (typeof options?.reserve !== 'function') throw new TypeError('reserve is no function.');
  // It may be a method.
  const reserve: RateStoreOptions['reserve'] = (key, added, member) => options.reserve(key, added, member);
  return { reserve, connect: (limit) => createSharedSlots(reserve, limit) };
}
