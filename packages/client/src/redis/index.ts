export type { RateStore } from '../rate-limit/create-rate-store.js';
export {
  createRedisRateStore,
  type RedisCommand,
  type RedisLike,
  type RedisRateStoreOptions,
} from './create-redis-rate-store.js';
export { createRedisScript, type RedisScript } from './create-redis-script.js';
