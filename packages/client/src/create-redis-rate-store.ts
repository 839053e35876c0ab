import { type RedisLike, toRedisCommand } from './internal/redis-command.js';
import { reserveSlotScript, reserveSlotSha1 } from './internal/reserve-slot-script.js';
import type { RateStore } from './types.js';

export type { RedisCommand, RedisLike } from './internal/redis-command.js';

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
  const command = toRedisCommand(client);

  async function runScript(key: string, args: readonly string[]): Promise<unknown> {
    const rest = ['1', keyPrefix + key, ...args];
    try {
      return await command(['EVALSHA', reserveSlotSha1, ...rest]);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return await command(['EVAL', reserveSlotScript, ...rest]);
    }
  }

  return {
    async reserve(key, spacingMs, delay) {
      const args = delay ? [spacingMs, delay.id, delay.dueMs] : [spacingMs];
      const micros = args.map((value, index) => (index === 1 ? `${value}` : `${Math.ceil(value * 1000)}`));
      const [id, dueMicros, evenMicros, nowMicros] = numbersOf(await runScript(key, micros));
      return { id, dueMs: dueMicros / 1000, evenMs: evenMicros / 1000, nowMs: nowMicros / 1000 };
    },
  };
}

/** Redis forgets its scripts when it starts anew. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** Some clients give integers as texts. */
function numbersOf(reply: unknown): [number, number, number, number] {
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) throw new TypeError('Redis answered with no slot.');
  return numbers as [number, number, number, number];
}
