export type { RateSlot, RateStore, ReservedRateSlot } from '../types.js';
export {
  createRedisRateStore,
  type RedisCommand,
  type RedisLike,
  type RedisRateStoreOptions,
} from './create-redis-rate-store.js';
export { createRedisScript, type RedisScript } from './create-redis-script.js';
