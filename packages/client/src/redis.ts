export {
  createRedisRateStore,
  type RedisCommand,
  type RedisLike,
  type RedisRateStoreOptions,
} from './create-redis-rate-store.js';
export { createRedisScript, type RedisScript } from './internal/create-redis-script.js';
export type { RateSlot, RateStore, ReservedRateSlot } from './types.js';
