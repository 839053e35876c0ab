import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RateLimitOptions } from '@nexconn-kit/client';
import { createPostgresRateStore } from '@nexconn-kit/client/postgres';
import { createRedisRateStore } from '@nexconn-kit/client/redis';
import {
  createEncryptedStore,
  createMemoryStore,
  type EncryptedTokenStore,
  explainStoreFailure,
  type TokenStore,
} from '@nexconn-kit/token-service';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createSqliteStore, openSqliteSnapshot } from '@nexconn-kit/token-service/sqlite';
import { CliError } from '../command-line/errors.js';
import { untilAborted } from '../command-line/until-aborted.js';
import { placesOf } from '../settings/serve-settings.js';
import { withTimeout } from '../with-timeout.js';
import { createPostgresPool } from './postgres-pool.js';
import { createRedisConnection } from './redis-connection.js';

/** The store of the tokens, and what else the instances share in it. */
export interface OpenStore {
  readonly store: TokenStore;
  /** The store of the shared rate limit; undefined where there can be no other instance. */
  readonly rateStore: RateLimitOptions['store'];
  /** For people; without a password. */
  readonly description: string;
  /** Resolves where the store can be written, rejects where it cannot, or not in time. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

type Opened = Pick<OpenStore, 'store' | 'rateStore' | 'description' | 'close'>;

const startTimeoutMs = 5_000;
const checkTimeoutMs = 2_000;
/** A call takes longer than any caller waits; without a limit one that is never answered holds its connection for good. */
const timeouts = { connectMs: startTimeoutMs, callMs: 4_000 };
const slow = 'The store did not answer in time.';

/**
 * Opens the store that the setting names, and waits until it answers.
 *
 * @throws {CliError} USAGE, PACKAGE_MISSING, STORE_UNAVAILABLE
 */
export async function openStore(
  setting: string,
  encryptionKeys: string | undefined,
  onTrouble: (error: unknown) => void,
): Promise<OpenStore> {
  const opened = await openNamed(setting, onTrouble);
  try {
    const store = encryptionKeys === undefined ? opened.store : encryptStore(opened.store, encryptionKeys);
    await withTimeout(store.read(''), startTimeoutMs, slow).catch((cause: unknown) => {
      throw unanswered(opened.description, cause);
    });
    return { ...opened, store, check: createCheck(store) };
  } catch (error) {
    await withTimeout(opened.close(), checkTimeoutMs, slow).catch(() => {});
    throw error;
  }
}

/**
 * Opens the store as `openStore` does, but resolves to undefined as soon as the signal aborts: one that is silent would hold
 * up the end of the process. What is opened after that is closed.
 *
 * @throws {CliError} USAGE, PACKAGE_MISSING, STORE_UNAVAILABLE
 */
export async function openStoreUnlessStopped(
  stop: AbortSignal,
  ...store: Parameters<typeof openStore>
): Promise<OpenStore | undefined> {
  const opening = openStore(...store);
  const opened = await Promise.race([opening, untilAborted(stop)]);
  if (opened) return opened;
  opening.then(({ close }) => close()).catch(() => {});
  return undefined;
}

/**
 * Opens the store that the setting names to read all of it, while instances may have it open. Resolves to undefined where the
 * signal has aborted, and leaves no copy behind then.
 *
 * @throws {CliError} USAGE, PACKAGE_MISSING, STORE_UNAVAILABLE
 */
export async function openSnapshot(setting: string, stop: AbortSignal): Promise<OpenStore | undefined> {
  if (setting === 'memory') {
    const message =
      'The store memory is in the process of the server alone. Only sqlite:, redis: and postgres: can be backed up.';
    throw new CliError(message, { code: 'USAGE' });
  }
  if (!/^sqlite:./.test(setting)) return openStoreUnlessStopped(stop, setting, undefined, () => {});
  // Waited for in any case: it removes its copy.
  const opened = await openSqlite(setting.slice('sqlite:'.length), openSqliteSnapshot);
  if (!stop.aborted) return { ...opened, check: createCheck(opened.store) };
  await opened.close();
  return undefined;
}

/**
 * Refuses the file of a SQLite store that is not there, for a job over what is stored: it would be created, and found empty.
 *
 * @throws {CliError} STORE_UNAVAILABLE
 */
export function refuseMissingFile(setting: string): void {
  const path = /^sqlite:(?!:memory:$)(.+)/s.exec(setting)?.[1];
  if (path === undefined || existsSync(path)) return;
  const message = `The store sqlite:${path}: There is no database ${resolve(path)}. Check the path.`;
  throw new CliError(message, { code: 'STORE_UNAVAILABLE' });
}

/** Returns a check that asks once at a time: a store that hangs must not collect another question with each probe. */
function createCheck(store: TokenStore): () => Promise<void> {
  let asking: Promise<unknown> | undefined;
  return async function check() {
    asking ??= write(store).finally(() => {
      asking = undefined;
    });
    await withTimeout(asking, checkTimeoutMs, slow);
  };
}

/** Writes what no user has: a replica, a full disk, or a Redis without memory, can still be read. */
async function write(store: TokenStore): Promise<void> {
  // A newer instance may have taken it over, and nobody gets a token of this one then.
  await store.read('');
  if (store.checkWrite) return store.checkWrite();
  const leaseId = await store.acquireLease('', checkTimeoutMs);
  // Another instance may have it, and has not been refused either.
  if (leaseId !== undefined) await store.releaseLease('', leaseId);
}

/**
 * Returns the store, encrypted by the keys of a list.
 *
 * @throws {CliError} USAGE
 */
export function encryptStore(store: TokenStore, list: string): EncryptedTokenStore {
  const keys = list.split(/[\s,]+/).filter((key) => key !== '');
  try {
    return createEncryptedStore(store, { keys: keys as [string, ...string[]] });
  } catch (cause) {
    throw new CliError(`NEXCONN_ENCRYPTION_KEYS: ${(cause as Error).message}`, { code: 'USAGE', cause });
  }
}

function openNamed(setting: string, onTrouble: (error: unknown) => void): Promise<Opened> {
  if (setting === 'memory') return Promise.resolve(openMemory());
  if (/^sqlite:./.test(setting)) return openSqlite(setting.slice('sqlite:'.length));
  if (hasUnwrittenPassword(setting)) {
    const message = `${placesOf('store')} has an @ behind its host. In a password, write / as %2F, ? as %3F and # as %23.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  if (/^rediss?:\/\/./.test(setting) && URL.canParse(setting)) return openRedis(setting, onTrouble);
  if (/^postgres(ql)?:\/\/./.test(setting) && URL.canParse(setting)) return openPostgres(setting, onTrouble);
  // The message leaves the value out: it may be a mistyped URL with a password.
  const message = `${placesOf('store')} names no store. Set it to sqlite:PATH, memory, redis://… or postgres://….`;
  throw new CliError(message, { code: 'USAGE' });
}

/** Whether a password has ended the host of a URL, as in `redis://u:12/ab@host`, whose path would be shown. */
function hasUnwrittenPassword(setting: string): boolean {
  if (!URL.canParse(setting)) return false;
  const { pathname, hash } = new URL(setting);
  return (pathname + hash).includes('@');
}

function openMemory(): Opened {
  const store = createMemoryStore();
  return { store, rateStore: undefined, description: 'memory', close: store.close };
}

async function openSqlite(path: string, open = createSqliteStore): Promise<Opened> {
  if (path === ':memory:') {
    const message = `${placesOf('store')} has no file. Set it to memory for a store that ends with the process, or to sqlite:PATH.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  const description = `sqlite:${path}`;
  const store = await open(path).catch((cause: unknown) => {
    const message = `The store ${description}: ${(cause as Error).message}`;
    throw new CliError(message, { code: 'STORE_UNAVAILABLE', cause });
  });
  return { store, rateStore: undefined, description, close: store.close };
}

async function openRedis(url: string, onTrouble: (error: unknown) => void): Promise<Opened> {
  const description = describeUrl(url);
  const { send, connect, close } = await createRedisConnection(url, timeouts, onTrouble);
  await connect().catch((cause: unknown) => {
    throw unanswered(description, cause);
  });
  const store = createRedisStore(send, { onEviction: (policy) => onTrouble(evictionError(policy)) });
  return { store, rateStore: createRedisRateStore(send), description, close };
}

function evictionError(policy: string): CliError {
  const message =
    `The maxmemory-policy of this Redis is ${policy}: where its memory is full, tokens or leases are lost, and issued ` +
    'another time. Set it to noeviction.';
  return new CliError(message, { code: 'STORE_UNAVAILABLE' });
}

async function openPostgres(url: string, onTrouble: (error: unknown) => void): Promise<Opened> {
  const pool = await createPostgresPool(url, timeouts, onTrouble);
  const { close } = pool;
  return {
    store: createPostgresStore(pool),
    rateStore: createPostgresRateStore(pool),
    description: describeUrl(url),
    close,
  };
}

function unanswered(description: string, cause: unknown): CliError {
  const { code, remedy } = explainStoreFailure(cause);
  // A store of a newer version, or another app's, is refused in words.
  if (code === 'STORE_FAILED' && cause instanceof Error && cause.cause === undefined) {
    return new CliError(`The store ${description}: ${cause.message}`, { code: 'STORE_UNAVAILABLE', cause });
  }
  const isAway =
    code === undefined || /^(ECONN|EHOST|ENOTFOUND|EAI_|E?TIMED_?OUT|CONNECTION_|Socket|Connection)/.test(code);
  const check = `Check ${placesOf('store')}`;
  const message = isAway
    ? `The store ${description} does not answer. ${check} and that it runs.`
    : `The store ${description} failed (${code}). ${remedy ?? `${check}.`}`;
  return new CliError(message, { code: 'STORE_UNAVAILABLE', cause });
}

function describeUrl(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
