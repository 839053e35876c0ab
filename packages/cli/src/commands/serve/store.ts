import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RateLimitOptions } from '@nexconn-kit/client';
import { createPostgresRateStore, type PostgresLike } from '@nexconn-kit/client/postgres';
import { createRedisRateStore, type RedisCommand } from '@nexconn-kit/client/redis';
import {
  createEncryptedStore,
  createMemoryStore,
  type EncryptedTokenStore,
  type TokenStore,
} from '@nexconn-kit/token-service';
import { createPostgresStore } from '@nexconn-kit/token-service/postgres';
import { createRedisStore } from '@nexconn-kit/token-service/redis';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { CliError } from '../../errors.js';
import { withTimeout } from '../../process/with-timeout.js';
import { placesOf } from './settings.js';

/** The store of the tokens, and what else the instances share in it. */
export interface OpenStore {
  readonly store: TokenStore;
  /** The store of the shared rate limit; undefined where there can be no other instance. */
  readonly rateStore: RateLimitOptions['store'];
  /** For people; without a password. */
  readonly description: string;
  /** Resolves where the store answers, rejects where it does not in time. */
  readonly check: () => Promise<void>;
  readonly close: () => Promise<void>;
}

type Opened = Pick<OpenStore, 'store' | 'rateStore' | 'description' | 'close'>;

const startTimeoutMs = 5_000;
const checkTimeoutMs = 2_000;
/** Longer than any caller waits; without it, a call that is never answered holds its connection for good. */
const callTimeoutMs = 10_000;
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

/** Returns a check that asks once at a time: a store that hangs must not collect another question with each probe. */
function createCheck(store: TokenStore): () => Promise<void> {
  let asking: Promise<unknown> | undefined;
  return async function check() {
    asking ??= store.read('').finally(() => {
      asking = undefined;
    });
    await withTimeout(asking, checkTimeoutMs, slow);
  };
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
  if (/^rediss?:\/\/./.test(setting) && URL.canParse(setting)) return openRedis(setting, onTrouble);
  if (/^postgres(ql)?:\/\/./.test(setting) && URL.canParse(setting)) return openPostgres(setting, onTrouble);
  // The message leaves the value out: it may be a mistyped URL with a password.
  const message = `${placesOf('store')} names no store. Set it to sqlite:PATH, memory, redis://… or postgres://….`;
  throw new CliError(message, { code: 'USAGE' });
}

function openMemory(): Opened {
  const store = createMemoryStore();
  return { store, rateStore: undefined, description: 'memory', close: store.close };
}

async function openSqlite(path: string): Promise<Opened> {
  const description = `sqlite:${path}`;
  const store = await createSqliteStore(path).catch((cause: unknown) => {
    const message = `The store ${description}: ${(cause as Error).message}`;
    throw new CliError(message, { code: 'STORE_UNAVAILABLE', cause });
  });
  return { store, rateStore: undefined, description, close: store.close };
}

interface NodeRedis {
  readonly createClient: (options: { url: string; disableOfflineQueue: true; socket: { connectTimeout: number } }) => {
    on(event: 'error', listener: (error: unknown) => void): unknown;
    connect(): Promise<unknown>;
    sendCommand(args: string[]): Promise<unknown>;
    close(): Promise<unknown>;
    destroy(): void;
    readonly isReady: boolean;
  };
}

interface IoRedis {
  readonly Redis: new (
    url: string,
    options: { enableOfflineQueue: false; lazyConnect: true; connectTimeout: number },
  ) => {
    on(event: 'error', listener: (error: unknown) => void): unknown;
    connect(): Promise<unknown>;
    call(command: string, ...args: string[]): Promise<unknown>;
    disconnect(): void;
    quit(): Promise<unknown>;
    readonly status: string;
  };
}

/** A connection to Redis, whichever package made it. */
interface RedisConnection {
  readonly send: RedisCommand;
  readonly connect: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

async function openRedis(url: string, onTrouble: (error: unknown) => void): Promise<Opened> {
  const description = describeUrl(url);
  const { send, connect, close } = await connectionTo(url, onTrouble);
  await withTimeout(connect(), startTimeoutMs, slow).catch(async (cause: unknown) => {
    await close();
    throw unanswered(description, cause);
  });
  return { store: createRedisStore(send), rateStore: createRedisRateStore(send), description, close };
}

async function connectionTo(url: string, onTrouble: (error: unknown) => void): Promise<RedisConnection> {
  const redis = (await importInstalled('redis')) as NodeRedis | undefined;
  if (redis) {
    // Without a queue a command fails at once while Redis is away, instead of waiting for it.
    const client = redis.createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: startTimeoutMs } });
    client.on('error', onTrouble);
    return {
      send: (args) => withTimeout(client.sendCommand([...args]), callTimeoutMs, slow),
      connect: () => client.connect(),
      close: async () => (client.isReady ? void (await client.close()) : client.destroy()),
    };
  }
  const ioredis = (await importInstalled('ioredis')) as IoRedis | undefined;
  if (!ioredis) throw missing('A Redis store needs the package redis (or ioredis).', 'npm install redis');
  const client = new ioredis.Redis(url, {
    enableOfflineQueue: false,
    lazyConnect: true,
    connectTimeout: startTimeoutMs,
  });
  client.on('error', onTrouble);
  return {
    send: ([command = '', ...args]) => withTimeout(client.call(command, ...args), callTimeoutMs, slow),
    connect: () => client.connect(),
    close: async () => (client.status === 'ready' ? void (await client.quit()) : client.disconnect()),
  };
}

interface Pg {
  readonly Pool: new (options: {
    connectionString: string;
    connectionTimeoutMillis: number;
    query_timeout: number;
  }) => PostgresLike & {
    on(event: 'error', listener: (error: unknown) => void): unknown;
    end(): Promise<void>;
  };
}

async function openPostgres(url: string, onTrouble: (error: unknown) => void): Promise<Opened> {
  const loaded = (await importInstalled('pg')) as (Pg & { readonly default?: Pg }) | undefined;
  if (!loaded) throw missing('A PostgreSQL store needs the package pg.', 'npm install pg');
  const { Pool } = loaded.default ?? loaded;
  const pool = new Pool({
    connectionString: url,
    connectionTimeoutMillis: startTimeoutMs,
    query_timeout: callTimeoutMs,
  });
  pool.on('error', onTrouble);
  return {
    store: createPostgresStore(pool),
    rateStore: createPostgresRateStore(pool),
    description: describeUrl(url),
    close: () => pool.end(),
  };
}

/** Imports a package of the user's, installed beside this command or in the current folder. */
async function importInstalled(name: string): Promise<unknown> {
  const beside = await importOrNothing(name);
  if (beside !== undefined) return beside;
  try {
    const path = createRequire(join(process.cwd(), 'package.json')).resolve(name);
    return await importOrNothing(pathToFileURL(path).href);
  } catch {
    return undefined;
  }
}

async function importOrNothing(specifier: string): Promise<unknown> {
  return import(specifier).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });
}

function missing(what: string, command: string): CliError {
  const message = `${what} Install it in this folder, or beside nexconn: ${command}`;
  return new CliError(message, { code: 'PACKAGE_MISSING' });
}

function unanswered(description: string, cause: unknown): CliError {
  const message = `The store ${description} does not answer. Check ${placesOf('store')} and that it runs.`;
  return new CliError(message, { code: 'STORE_UNAVAILABLE', cause });
}

function describeUrl(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}
