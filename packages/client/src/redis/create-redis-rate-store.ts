import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import type { RateMember, RateStore } from '../rate-limit/rate-store.js';
import { createRateStore, toNumber } from '../rate-store/create-rate-store.js';
import type { RedisLike } from './redis-script.js';
import { createRedisScript } from './redis-script.js';
import { reserveSlotScript, reserveSlotSha1 } from './reserve-slot-script.js';

export type { RedisCommand, RedisLike } from './redis-script.js';

/** How a rate limit is kept in Redis. */
export interface RedisRateStoreOptions {
  /** The prefix of every key. Default: `''`, for keys such as `nexconn:rate:<App Key>:issueAccessToken`. */
  readonly keyPrefix?: string | undefined;
}

const names: OptionNames<RedisRateStoreOptions> = { keyPrefix: 0 };

/**
 * Creates a rate store of a Redis, 6 or later, for every process that hands in the same one.
 *
 * `client` is one of `redis` or `ioredis`, which stays its caller's, or a function that sends a command. Slots are reserved
 * by a script that goes by the clock of Redis; the key expires a minute after its last slot.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const redis = await createClient({ url: process.env.REDIS_URL }).connect();
 * const nexconn = createNexconnClient({ appKey, appSecret, region, rateLimit: { store: createRedisRateStore(redis) } });
 */
export function createRedisRateStore(client: RedisLike, options: RedisRateStoreOptions = {}): RateStore {
  optionChecks.checkNames(options, names);
  const { keyPrefix = '' } = options;
  if (typeof keyPrefix !== 'string') refuseOption('keyPrefix', 'is no text. Pass one, or leave it out.');
  const runScript = createRedisScript(client, reserveSlotScript, reserveSlotSha1);

  return createRateStore({
    async reserve(key, added, member) {
      const args = [toMicros(added.reservedMs), toMicros(added.penaltyMs), ...(member ? toArguments(member) : [])];
      const reply = await runScript(keyPrefix + key, args);
      const numbers = Array.isArray(reply) ? reply.map(toNumber) : [];
      const [reserved = Number.NaN, penalty = Number.NaN, members, silent = 0, perSecond = 0] = numbers;
      const reservation = { reservedMs: reserved / 1000, penaltyMs: penalty / 1000 };
      return members === undefined
        ? reservation
        : { ...reservation, fleet: { members, silent: silent / 1000, perSecond } };
    },
  });
}

function toArguments({ id, isBusy, perSecond, silentAfterMs }: RateMember): string[] {
  return [id, isBusy ? '1' : '0', `${perSecond}`, toMicros(silentAfterMs)];
}

function toMicros(ms: number): string {
  return `${Math.ceil(ms * 1000)}`;
}
