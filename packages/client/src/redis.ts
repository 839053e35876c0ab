export {
  createRedisRateStore,
  type RedisCommand,
  type RedisLike,
  type RedisRateStoreOptions,
} from './create-redis-rate-store.js';
export type { RateSlot, RateStore, ReservedRateSlot } from './types.js';
