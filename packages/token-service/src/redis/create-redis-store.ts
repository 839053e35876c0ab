import { createHash, randomUUID } from 'node:crypto';
import { createRedisScript, type RedisLike, type RedisScript } from '@nexconn-kit/client/redis';
import type { StoredToken, TokenStore } from '../types.js';
import { redisScripts } from './scripts.js';

/** How tokens are kept in Redis. */
export interface RedisStoreOptions {
  /** Stands before every key. In a cluster it needs a hash tag, as the default has. Default: `{nexconn-tokens}:`. */
  readonly keyPrefix?: string | undefined;
}

/**
 * Makes a store in a Redis, 6 or later, that several instances share. Tokens have no end there, so that its memory must
 * not be given up to other keys (`maxmemory-policy noeviction`), and it must keep its data over a restart.
 *
 * Takes a client of `redis` or `ioredis`, which stays its caller's, or a function that sends a command.
 *
 * @throws {TypeError} where `client` is none of these
 */
export function createRedisStore(
  client: RedisLike,
  { keyPrefix = '{nexconn-tokens}:' }: RedisStoreOptions = {},
): TokenStore {
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
    const [token, switchedTo] = (await run('read', userId)) as [string | null, string | null];
    return { token: token === null ? undefined : parseToken(token), switchedTo: switchedTo ?? undefined };
  }

  return {
    read,
    async claim(userId, leaseMs) {
      const proof = randomUUID();
      return (await run('claim', userId, proof, leaseMs)) === null ? undefined : proof;
    },
    prolong: async (userId, proof, leaseMs) => void (await run('prolong', userId, proof, leaseMs)),
    release: async (userId, proof) => void (await run('release', userId, proof)),
    write: async (token, proof) =>
      void (await run('write', token.userId, proof, JSON.stringify(token), token.secretId)),
    remove: async (userId) => void (await run('remove', userId)),
    switchTo: async (secretId, insteadOf) => void (await run('switchTo', secretId, insteadOf ?? '')),
    switchedTo: async () => (await read('')).switchedTo,
    async listOutdated(secretId, after, limit) {
      const found = (await run('list', secretId, after === undefined ? '-' : `(${after}`, limit)) as string[];
      return found.map(parseToken).map(({ userId, name, avatarUrl }) => ({ userId, name, avatarUrl }));
    },
    async count(secretId) {
      const [users, outdated] = (await run('count', secretId)) as [number | string, number | string];
      return { users: Number(users), outdated: Number(outdated) };
    },
    // The client stays its caller's.
    close: async () => {},
  };
}

function parseToken(text: string): StoredToken {
  return JSON.parse(text) as StoredToken;
}
