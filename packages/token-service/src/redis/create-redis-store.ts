import { createHash, randomUUID } from 'node:crypto';
import { createRedisScript, type RedisLike, type RedisScript } from '@nexconn-kit/client/redis';
import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import { defineForApp, onceDone, rowName, scopeOf } from '../stores/app-rows.js';
import { listVerified } from '../stores/list-verified.js';
import { checkSchemaVersion, formatSchemaVersion } from '../stores/schema-version.js';
import type { StoredToken, TokenStore } from '../types.js';
import { redisScripts } from './scripts.js';

/** The options of a store in Redis. */
export interface RedisStoreOptions {
  /** The prefix of every key. In a cluster it needs a hash tag, as the default has. Default: `{nexconn-tokens}:`. */
  readonly keyPrefix?: string | undefined;
}

/** The version that this one writes. Version 0.1 recorded none: its keys are those of the first one. */
const current = { version: 1, oldest: 1 };

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
  if (typeof keyPrefix !== 'string') refuseOption('keyPrefix', 'is no text. Pass one, or leave it out.');
  const scripts = Object.fromEntries(
    Object.entries(redisScripts).map(([name, script]) => {
      const sha1 = createHash('sha1').update(script).digest('hex');
      return [name, createRedisScript(client, script, sha1)];
    }),
  ) as Record<keyof typeof redisScripts, RedisScript>;

  const checkVersion = onceDone(async () => {
    const found = await scripts.version(keyPrefix, [formatSchemaVersion(current)]);
    checkSchemaVersion(found === null ? undefined : String(found), current.version, current.version);
  });

  /** Returns the rows of one app; which ones, its prefix says as soon as Redis has told who owns the rows without a scope. */
  function partAt(prefixOf: () => string | Promise<string>): TokenStore {
    /** Its prefix, once the version of the data was looked at. */
    const prepare = onceDone(async () => {
      await checkVersion();
      return prefixOf();
    });
    let prefix: string | undefined;

    async function run(name: keyof typeof redisScripts, ...args: (string | number)[]): Promise<unknown> {
      // To await what has long been known would cost each question two promises.
      prefix ??= await prepare();
      return scripts[name](prefix, args.map(String));
    }

    async function read(userId: string) {
      const [text, currentSecret] = (await run('read', rowName('', userId))) as [string | null, string | null];
      return { token: text === null ? undefined : parseRow(userId, text), currentSecret: currentSecret ?? undefined };
    }

    return {
      read,
      async acquireLease(userId, leaseMs) {
        const leaseId = randomUUID();
        return (await run('acquireLease', rowName('', userId), leaseId, leaseMs)) === null ? undefined : leaseId;
      },
      extendLease: async (userId, leaseId, leaseMs) =>
        void (await run('extendLease', rowName('', userId), leaseId, leaseMs)),
      releaseLease: async (userId, leaseId) => void (await run('releaseLease', rowName('', userId), leaseId)),
      write: async (token, leaseId) =>
        void (await run('write', rowName('', token.userId), leaseId, JSON.stringify(token), token.secretId)),
      remove: async (userId) => void (await run('remove', rowName('', userId))),
      currentSecret: async () => (await read('')).currentSecret,
      setCurrentSecret: async (secretId, { expected = '' }) => void (await run('setCurrentSecret', secretId, expected)),
      listOutdated: (secretId, after, limit) =>
        listVerified({
          after,
          limit,
          readPage: async (last, most) =>
            toRows((await run('list', secretId, last === undefined ? '-' : `(${last}`, most)) as string[]),
          rowOf: ({ userId, text }) => parseRow(userId, text),
        }),
      async count(secretId) {
        const [users, outdated] = (await run('count', secretId)) as [number | string, number | string];
        return { users: Number(users), outdated: Number(outdated) };
      },
      // The client is its caller's to close.
      close: async () => {},
    };
  }

  async function prefixOf(appKey: string): Promise<string> {
    return keyPrefix + scopeOf(appKey, String(await scripts.own(keyPrefix, [appKey])));
  }

  return defineForApp(
    partAt(() => keyPrefix),
    (appKey) => partAt(() => prefixOf(appKey)),
  );
}

/** Returns what a row holds; undefined where it is no row, of which an error's message would show a part. */
function parseToken(text: string): StoredToken | undefined {
  try {
    return (JSON.parse(text) as StoredToken | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whose key it stands under decides; a value may have been copied there. */
function parseRow(userId: string, text: string): StoredToken | undefined {
  const token = parseToken(text);
  return token?.userId === userId ? token : undefined;
}

function toRows(flat: readonly string[]): { readonly userId: string; readonly text: string }[] {
  return flat.flatMap((userId, at) => (at % 2 === 0 ? [{ userId, text: flat[at + 1] ?? '' }] : []));
}
