import { createHash, randomUUID } from 'node:crypto';
import { createRedisScript, type RedisLike, type RedisScript } from '@nexconn-kit/client/redis';
import type { OptionNames } from '../check-options.js';
import { optionChecks } from '../errors.js';
import type { StoredToken, TokenStore } from '../types.js';
import { redisScripts } from './scripts.js';

/** The options of a store in Redis. */
export interface RedisStoreOptions {
  /** The prefix of every key. In a cluster it needs a hash tag, as the default has. Default: `{nexconn-tokens}:`. */
  readonly keyPrefix?: string | undefined;
}

const names: OptionNames<RedisStoreOptions> = { keyPrefix: 0 };

/**
 * Creates a store in a Redis, 6 or later, that several instances share. Tokens do not expire there: Redis must evict none
 * of them (`maxmemory-policy noeviction`), and keep its data over a restart.
 *
 * @param client A client of `redis` or `ioredis`, which is not closed here, or a function that sends a command.
 * @throws {TokenServiceError} INVALID_OPTION
 * @throws {TypeError} where `client` is none of these
 */
export function createRedisStore(client: RedisLike, options: RedisStoreOptions = {}): TokenStore {
  optionChecks.checkNames(options, names);
  const { keyPrefix = '{nexconn-tokens}:' } = options;
  const scripts = Object.fromEntries(
    Object.entries(redisScripts).map(([name, script]) => {
      const sha1 = createHash('sha1').update(script).digest('hex');
      return [name, createRedisScript(client, script, sha1)];
    }),
  ) as Record<keyof typeof redisScripts, RedisScript>;

  async function run(name: keyof typeof redisScripts, ...args: (string | number)[]): Promise<unknown> {
    return scripts[name](keyPrefix, args.map(String));
  }

  async function read(userId: string) {
    const [token, currentSecret] = (await run('read', userId)) as [string | null, string | null];
    return { token: token === null ? undefined : parseToken(token), currentSecret: currentSecret ?? undefined };
  }

  return {
    read,
    async acquireLease(userId, leaseMs) {
      const leaseId = randomUUID();
      return (await run('acquireLease', userId, leaseId, leaseMs)) === null ? undefined : leaseId;
    },
    extendLease: async (userId, leaseId, leaseMs) => void (await run('extendLease', userId, leaseId, leaseMs)),
    releaseLease: async (userId, leaseId) => void (await run('releaseLease', userId, leaseId)),
    write: async (token, leaseId) =>
      void (await run('write', token.userId, leaseId, JSON.stringify(token), token.secretId)),
    remove: async (userId) => void (await run('remove', userId)),
    currentSecret: async () => (await read('')).currentSecret,
    setCurrentSecret: async (secretId, { expected = '' }) => void (await run('setCurrentSecret', secretId, expected)),
    async listOutdated(secretId, after, limit) {
      const found = (await run('list', secretId, after === undefined ? '-' : `(${after}`, limit)) as string[];
      return found.map(parseToken).map(({ userId, name, avatarUrl }) => ({ userId, name, avatarUrl }));
    },
    async count(secretId) {
      const [users, outdated] = (await run('count', secretId)) as [number | string, number | string];
      return { users: Number(users), outdated: Number(outdated) };
    },
    // The client is its caller's to close.
    close: async () => {},
  };
}

function parseToken(text: string): StoredToken {
  return JSON.parse(text) as StoredToken;
}
