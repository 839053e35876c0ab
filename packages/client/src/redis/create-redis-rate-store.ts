import type { RateStore } from '../types.js';
import { createRedisScript } from './create-redis-script.js';
import type { RedisLike } from './redis-command.js';
import { reserveSlotScript, reserveSlotSha1 } from './reserve-slot-script.js';

export type { RedisCommand, RedisLike } from './redis-command.js';

/** How a rate limit is kept in Redis. */
export interface RedisRateStoreOptions {
  /** Stands before every key. Default: `''`, which gives keys such as `nexconn:rate:<App Key>:issueAccessToken`. */
  readonly keyPrefix?: string | undefined;
}

/**
 * Makes a rate store of a Redis, 6 or later, for every process that hands in the same one.
 *
 * Takes a client of `redis` or `ioredis`, which stays its caller's, or a function that sends a command. Each slot is one
 * call of a script that goes by the clock of Redis; the key expires a minute after its last slot.
 *
 * @throws {TypeError} where `client` is none of these
 * @example
 * const redis = await createClient({ url: process.env.REDIS_URL }).connect();
 * const nexconn = createNexconnClient({ appKey, appSecret, region, rateLimit: { store: createRedisRateStore(redis) } });
 */
export function createRedisRateStore(client: RedisLike, options: RedisRateStoreOptions = {}): RateStore {
  const { keyPrefix = '' } = options;
  const runScript = createRedisScript(client, reserveSlotScript, reserveSlotSha1);

  return {
    async reserve(key, spacingMs, delays = [], sharer = '') {
      const args = [toMicros(spacingMs), sharer, ...delays.flatMap(({ id, dueMs }) => [`${id}`, toMicros(dueMs)])];
      const [id, dueMicros, evenMicros, nowMicros, sharers] = numbersOf(await runScript(keyPrefix + key, args));
      return { id, dueMs: dueMicros / 1000, evenMs: evenMicros / 1000, nowMs: nowMicros / 1000, sharers };
    },
  };
}

function toMicros(ms: number): string {
  return `${Math.ceil(ms * 1000)}`;
}

/** Some clients give integers as texts. */
function numbersOf(reply: unknown): [number, number, number, number, number] {
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  if (numbers.length !== 5 || !numbers.every(Number.isFinite)) throw new TypeError('Redis answered with no slot.');
  return numbers as [number, number, number, number, number];
}
