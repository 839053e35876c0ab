export type { RedisCommand, RedisLike } from '@nexconn-kit/client/redis';
export { createRedisStore, type RedisStoreOptions } from './create-redis-store.js';
