import { statSync } from 'node:fs';
import { join } from 'node:path';
import { refuseOption, TokenServiceError } from '../errors.js';
import { defineForApp } from '../stores/app-rows.js';
import type { TokenStore } from '../types.js';
import { copyDatabase } from './copy-database.js';
import { realPathOf } from './database-files.js';
import { openStore } from './open-store.js';

/** The options of a store in a SQLite file: there are none so far, and whatever is passed is refused by its name. */
export type SqliteStoreOptions = Readonly<Record<string, never>>;

/** The stores that this process has open, by the real path of their files. */
interface SharedStore {
  readonly opening: Promise<TokenStore>;
  users: number;
}

/**
 * Known to all copies of this module, whose number is none of its own making: bundlers and development servers evaluate it
 * more than once. What they share is a `TokenStore`, whose shape the number stands for.
 */
const registryName = Symbol.for('@nexconn-kit/token-service: SQLite stores, 1');

/**
 * Opens a store in a SQLite file, which is created and migrated as needed. One process has it open at a time; where it
 * opens the file again, both share it, until the last one is closed.
 *
 * What was written survives the death of the process. After a kill -9 the next one gets the file at once on Node 22 and
 * later, and after six seconds on Node 20.
 *
 * @throws {TokenServiceError} STORE_FAILED, INVALID_OPTION
 * @example
 * const store = await createSqliteStore('tokens.db');
 */
export async function createSqliteStore(path: string, options: SqliteStoreOptions = {}): Promise<TokenStore> {
  checkPath(path);
  checkNoOptions(options);
  const key = keyOf(path);
  const stores = sharedStores();
  const shared = stores.get(key) ?? { opening: openStore(key), users: 0 };
  stores.set(key, shared);
  shared.users += 1;
  const store = await shared.opening.catch((error) => {
    if (stores.get(key) === shared) stores.delete(key);
    throw error;
  });
  let isClosed = false;
  return closedBy(store, async () => {
    if (isClosed) return;
    isClosed = true;
    shared.users -= 1;
    if (shared.users > 0) return;
    stores.delete(key);
    await store.close();
  });
}

/**
 * Opens a copy of a SQLite store as it is now, while another process may have it open: for a backup. Closing it removes the
 * copy, which needs as much room in the same folder as the store itself.
 *
 * @throws {TokenServiceError} STORE_FAILED, INVALID_OPTION
 * @example
 * const snapshot = await openSqliteSnapshot('tokens.db');
 */
export async function openSqliteSnapshot(path: string, options: SqliteStoreOptions = {}): Promise<TokenStore> {
  checkPath(path);
  checkNoOptions(options);
  const key = keyOf(path);
  // To open and close its file would release the locks that this process has on it.
  if (sharedStores().has(key)) return createSqliteStore(path);
  const { file, remove } = await copyDatabase(key);
  try {
    const store = await openStore(file);
    return closedBy(store, async () => store.close().finally(remove));
  } catch (error) {
    remove();
    throw error;
  }
}

/** Returns a store, and the parts of its apps, that are closed in another way. */
function closedBy(store: TokenStore, close: TokenStore['close']): TokenStore {
  return defineForApp({ ...store, close }, (appKey) => ({ ...(store.forApp?.(appKey) ?? store), close }));
}

function checkPath(path: unknown): void {
  if (typeof path === 'string' && path !== '' && path !== ':memory:') return;
  const message = `path is ${typeof path === 'string' ? `"${path}"` : `of type ${typeof path}`}. Pass the path of a file; without one, createMemoryStore.`;
  throw new TokenServiceError(message, { code: 'INVALID_OPTION' });
}

function checkNoOptions(options: object): void {
  if (typeof options !== 'object' || options === null) refuseOption('options', 'is no object. Leave it out.');
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) refuseOption(name, 'is no option. A SQLite store has none.');
  }
}

function sharedStores(): Map<string, SharedStore> {
  const registry = globalThis as { [registryName]?: Map<string, SharedStore> };
  registry[registryName] ??= new Map();
  return registry[registryName];
}

function keyOf(path: string): string {
  let isFolder: boolean;
  try {
    const real = realPathOf(path);
    const found = statSync(real, { throwIfNoEntry: false });
    if (!found || found.isFile()) return real;
    isFolder = found.isDirectory();
  } catch (cause) {
    const message = `The folder of the database ${path} cannot be read. Check the path and who may write there.`;
    throw new TokenServiceError(message, { code: 'STORE_FAILED', cause });
  }
  const what = isFolder
    ? `of a folder. Name a file in it, such as ${join(path, 'tokens.db')}.`
    : 'of a device, a pipe or a socket. Name a file.';
  const message = `The path ${path} is that ${what}`;
  throw new TokenServiceError(message, { code: 'STORE_FAILED' });
}
