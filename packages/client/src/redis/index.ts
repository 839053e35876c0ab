export type { RateStore } from '../rate-limit/rate-store.js';
export {
  createRedisRateStore,
  type RedisCommand,
  type RedisLike,
  type RedisRateStoreOptions,
} from './create-redis-rate-store.js';
export { createRedisScript, type RedisScript } from './redis-script.js';
