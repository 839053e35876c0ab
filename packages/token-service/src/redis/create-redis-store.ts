import { createHash, randomUUID } from 'node:crypto';
import { createRedisScript, type RedisLike, type RedisScript } from '@nexconn-kit/client/redis';
import { callListener } from '../call-listener.js';
import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import { defineForApp, onceDone, rowName, scopeOf } from '../stores/app-rows.js';
import { batchReads } from '../stores/batch-reads.js';
import { listVerified } from '../stores/list-pages.js';
import { checkSchemaVersion, formatSchemaVersion } from '../stores/schema-version.js';
import { isToken } from '../stores/stored-row.js';
import { performanceNow } from '../system-time.js';
import type { StoredToken, StoreEntry, TokenStore } from '../types.js';
import { redisScripts } from './scripts.js';

/** The options of a store in Redis. */
export interface RedisStoreOptions {
  /** The prefix of every key. In a cluster it needs a hash tag, as the default has. Default: `{nexconn-tokens}:`. */
  readonly keyPrefix?: string | undefined;
  /**
   * Called with the `maxmemory-policy` of a Redis that may evict tokens, once. Default: a warning of the process
   * (`NexconnStoreWarning`, code `REDIS_EVICTS`). A user of Redis who may not run INFO is told nothing.
   */
  readonly onEviction?: ((policy: string) => void) | undefined;
}

/** The version that this one writes. Version 0.1 recorded none: its keys are those of the first one. */
const current = { version: 1, oldest: 1 };

const names: OptionNames<RedisStoreOptions> = { keyPrefix: 0, onEviction: 0 };

/** The index is looked at so often at the most: `reissueAll` counts, and lists right after that. */
const indexedForMs = 60_000;

/**
 * Creates a store in a Redis, 6 or later, that several instances share. Tokens do not expire there: Redis must evict none
 * of them (`maxmemory-policy noeviction`), and keep its data over a restart.
 *
 * @param client A client of `redis` or `ioredis`, which is not closed here, or a function that sends a command.
 * @throws {TokenServiceError} INVALID_OPTION
 * @throws {NexconnConfigurationError} INVALID_OPTION where `client` is none of these
 */
export function createRedisStore(client: RedisLike, options: RedisStoreOptions = {}): TokenStore {
  optionChecks.checkNames(options, names);
  const { keyPrefix = '{nexconn-tokens}:', onEviction = warnOfEviction } = options;
  optionChecks.checkFunction('onEviction', onEviction);
  if (typeof keyPrefix !== 'string') refuseOption('keyPrefix', 'is no text. Pass one, or leave it out.');
  const scripts = Object.fromEntries(
    Object.entries(redisScripts).map(([name, script]) => {
      const sha1 = createHash('sha1').update(script).digest('hex');
      return [name, createRedisScript(client, script, sha1)];
    }),
  ) as Record<keyof typeof redisScripts, RedisScript>;

  /** Checks the version of the data. Resolves to what the client puts before each key, but before none among the arguments. */
  const checkVersion = onceDone(async () => {
    const [found = null, seen] = [await scripts.version(keyPrefix, [formatSchemaVersion(current)])].flat();
    refuseNewer(found);
    const policy = await scripts.policy(keyPrefix, []).catch(() => null);
    if (policy !== null && String(policy) !== 'noeviction') callListener('onEviction', onEviction, String(policy));
    return typeof seen === 'string' && seen.endsWith(keyPrefix) ? seen.slice(0, seen.length - keyPrefix.length) : '';
  });

  /** Returns the rows of one app; which ones, its prefix says as soon as Redis has told who owns the rows without a scope. */
  function partAt(prefixOf: () => string | Promise<string>, appKey?: string): TokenStore {
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

    const readRow = batchReads(async (userIds) => {
      const found = (await run('read', (await checkVersion()) + keyPrefix, ...userIds)) as (string | null)[];
      const [currentSecret = null, version, ...texts] = found;
      refuseNewer(version);
      return userIds.map((userId, index): StoreEntry => {
        const text = texts[index] ?? null;
        // Recorded before the first token is: it was evicted, and whether a token is of it nobody knows.
        const isLost = text !== null && currentSecret === null;
        const token = text === null ? undefined : parseRow(userId, text);
        return { token, currentSecret: isLost ? '' : (currentSecret ?? undefined) };
      });
    });

    const read = async (userId: string): Promise<StoreEntry> => readRow(rowName('', userId));

    let indexedAt = Number.NEGATIVE_INFINITY;

    /** Has the index hold everybody who is stored: Redis may have evicted it, or a part of it. */
    async function ensureIndex(): Promise<void> {
      if (performanceNow() - indexedAt < indexedForMs) return;
      prefix ??= await prepare();
      const isIndexed = await scripts.isIndexed(prefix, ['0', patternOf((await checkVersion()) + prefix)]);
      if (Number(isIndexed) !== 1) await scanTokens('index', prefix);
      indexedAt = performanceNow();
    }

    async function write(token: StoredToken, leaseId: string): Promise<void> {
      const row = JSON.stringify(appKey === undefined ? token : { ...token, appKey });
      const owner = appKey !== undefined && (await prepare()) === keyPrefix ? [appKey] : [];
      await run('write', rowName('', token.userId), leaseId, row, token.secretId, ...owner);
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
      write,
      remove: async (userId) => void (await run('remove', rowName('', userId))),
      currentSecret: async () => (await read('')).currentSecret,
      setCurrentSecret: async (secretId, { expected = '' }) => void (await run('setCurrentSecret', secretId, expected)),
      async listOutdated(secretId, after, limit) {
        if (after === undefined) await ensureIndex();
        return listVerified({
          after,
          limit,
          readPage: async (last, most) =>
            toRows((await run('list', secretId, last === undefined ? '-' : `(${last}`, most)) as string[]),
          rowOf: ({ userId, text }) => parseRow(userId, text),
        });
      },
      async count(secretId) {
        await ensureIndex();
        const [users, outdated] = (await run('count', secretId)) as [number | string, number | string];
        return { users: Number(users), outdated: Number(outdated) };
      },
      // The client is its caller's to close.
      close: async () => {},
    };
  }

  /** Runs a script over all tokens at a prefix, some at a time, until it finds something. */
  async function scanTokens(name: 'index' | 'findOwner', prefix: string): Promise<string | undefined> {
    const pattern = patternOf((await checkVersion()) + prefix);
    for (let cursor = '0'; ; ) {
      const [next = '0', found] = ((await scripts[name](prefix, [cursor, pattern])) as unknown[]).map(String);
      if (found !== undefined || next === '0') return found;
      cursor = next;
    }
  }

  async function prefixOf(appKey: string): Promise<string> {
    const recorded = await scripts.owner(keyPrefix, []);
    const owner = recorded ?? (await scanTokens('findOwner', keyPrefix)) ?? appKey;
    return keyPrefix + scopeOf(appKey, String(recorded ?? (await scripts.own(keyPrefix, [String(owner)]))));
  }

  return defineForApp(
    partAt(() => keyPrefix),
    (appKey) => partAt(() => prefixOf(appKey), appKey),
  );
}

/** @throws {TokenServiceError} STORE_FAILED */
function refuseNewer(found: unknown): void {
  checkSchemaVersion(found === null ? undefined : String(found), current.version, current.version);
}

/** Returns what a row holds; undefined where it is no row, of which an error's message would show a part. */
function parseToken(text: string): (StoredToken & { readonly appKey?: string }) | undefined {
  try {
    return (JSON.parse(text) as StoredToken | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Whose key it stands under decides; a value may have been copied there. The App Key in it is for whoever looks for the owner. */
function parseRow(userId: string, text: string): StoredToken | undefined {
  const token = parseToken(text);
  if (token?.userId !== userId) return undefined;
  const { appKey: _, ...row } = token;
  return isToken(row) ? row : undefined;
}

/** Returns the pattern of the keys of tokens. */
function patternOf(prefix: string): string {
  return `${prefix.replaceAll(/[*?[\]\\^]/g, '\\$&')}token:*`;
}

function warnOfEviction(policy: string): void {
  globalThis.process?.emitWarning?.(
    `The maxmemory-policy of Redis is ${policy}: where its memory is full, tokens and leases are lost, and issued another ` +
      'time. Set it to noeviction.',
    { type: 'NexconnStoreWarning', code: 'REDIS_EVICTS' },
  );
}

function toRows(flat: readonly string[]): { readonly userId: string; readonly text: string }[] {
  return flat.flatMap((userId, at) => (at % 2 === 0 ? [{ userId, text: flat[at + 1] ?? '' }] : []));
}
