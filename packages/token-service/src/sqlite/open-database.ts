import { randomInt } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { isTokenServiceError, TokenServiceError } from '../errors.js';
import { explainStoreFailure } from '../stores/explain-store-failure.js';
import {
  createFile,
  damaged,
  describeState,
  type FileState,
  fileIdentityOf,
  identityOf,
  removalOfNewFiles,
  replaceByCopies,
  secureFile,
  secureFiles,
  underWay,
  verifyLog,
  withCopies,
} from './database-files.js';
import { acquireDatabaseLease, type DatabaseLease, type LeasePace } from './database-lease.js';
import {
  isBusy,
  isDamage,
  loadLibrary,
  type SqlDriver,
  type SqlLibrary,
  type SqlRow,
  type SqlStatement,
  type SqlValue,
} from './drivers.js';

export type { SqlRow } from './drivers.js';

/** A database that no other process has open. */
export interface Database extends SqlDriver {
  /**
   * Checks, before something is written, that it would go into the file at the path. Returns whether that is another
   * one by now, which was opened in its place: nothing is known of what it holds.
   *
   * @throws {TokenServiceError} STORE_FAILED where another process has taken the database over
   */
  readonly prepareToWrite: () => boolean;
  /** Ensures that what was written is kept. */
  readonly confirmWritten: () => void;
}

/** What to make of a log of this size, as many as SQLite itself lets become of it. */
const longestLogBytes = 4 * 1024 * 1024;

/** The file that is locked is removed by those whose database could not be created: never so often at the same moment. */
const maxLockAttempts = 100;

/** Never closed, nor collected: that would remove the log of whoever has the database by now. */
const abandoned: SqlDriver[] = [];

/** A process that ends without closing them would bring the log of each in, as far as there is room, and record nothing. */
const openOnes = new Set<Database>();

function closeAtExit(): void {
  for (const database of openOnes) {
    try {
      database.close();
    } catch {
      // The process ends in any case, and a log that was left is looked at by the next one.
    }
  }
}

/**
 * Opens a database that no other process may open, with the runtime's own SQLite where it has one, else with one in
 * WebAssembly.
 *
 * @param path One of `realPathOf`.
 * @throws {TokenServiceError} STORE_FAILED where another process has it open
 */
export async function openDatabase(path: string, pace: LeasePace = {}): Promise<Database> {
  // In the opposite order.
  const releases: (() => void)[] = [];
  let isOpen = false;
  try {
    const library = await loadLibrary();
    const lock = takeLock(library.lock, `${path}-lock`);
    releases.push(() => lock.release(isOpen));
    const companions = [path, `${path}-wal`];
    const lease = await acquireDatabaseLease(`${path}.pid`, { ...pace, engine: library.engine, companions });
    const removeNewFiles = removalOfNewFiles(path);
    releases.push(() => {
      if (!isOpen && lease.isHeld()) removeNewFiles();
      lease.release(!isOpen && lease.recordBefore !== undefined);
    });
    const database = openUnderLease(path, library, lease, releases);
    isOpen = true;
    if (openOnes.size === 0) process.on('exit', closeAtExit);
    openOnes.add(database);
    return database;
  } catch (error) {
    releaseAll(releases);
    throw describe(path, error);
  }
}

function openUnderLease(path: string, library: SqlLibrary, lease: DatabaseLease, releases: (() => void)[]): Database {
  const log = `${path}-wal`;
  const isOpenElsewhere = library.engine === 'wasm' && statSync(`${path}-shm`, { throwIfNoEntry: false })?.isFile();
  if (lease.isTakenOnSilence || isOpenElsewhere) replaceByCopies(path);
  let driver = open(lease.recordBefore);
  let generation = 0;
  let identities = identify();
  let isClosed = false;
  let isAbandoned = false;

  function open(recorded: string | undefined): SqlDriver {
    // Closing brings the log into the file, whether it goes with it or not: what is not known is tried on copies.
    if (!verifyLog(path, recorded)) withCopies(path, (copy) => checkIntegrity(path, library.open(copy)));
    secureFiles(path);
    const opened = library.open(path);
    secureFiles(path);
    checkpoint(opened, lease);
    return opened;
  }

  function identify() {
    return { file: identityOf(path), log: identityOf(log) };
  }

  function refuseUnusable(isHeld: () => boolean): void {
    if (isClosed && !isAbandoned) {
      const message = 'The store is closed. Close it after the last question alone, or open it again.';
      throw new TokenServiceError(message, { code: 'STORE_FAILED' });
    }
    if (isHeld()) return;
    abandon();
    const message =
      `Another process has taken the database ${path} over, since this one had not renewed its lease for seconds: it ` +
      'was stopped, or too busy. Nothing more is written. Restart this process, or end the other one and then restart.';
    throw new TokenServiceError(message, { code: 'STORE_FAILED' });
  }

  function abandon(): void {
    if (!isAbandoned) abandoned.push(driver);
    [isClosed, isAbandoned] = [true, true];
  }

  /** Closing brings the log in, and removes it. */
  function closeUnderWay(): void {
    lease.record(underWay);
    driver.close();
  }

  /** Another program has removed the log, or has put another file in the place of this one. */
  function reopen(now: ReturnType<typeof identify>): void {
    // Its end is nowhere but in the log that is still open.
    if (now.file === identities.file) driver.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    closeUnderWay();
    driver = open(underWay);
    generation += 1;
    identities = identify();
  }

  function prepare(sql: string): SqlStatement {
    let of = generation;
    let statement = driver.prepare(sql);
    function current(): SqlStatement {
      refuseUnusable(() => !lease.isLost());
      if (of !== generation) {
        statement = driver.prepare(sql);
        of = generation;
      }
      return statement;
    }
    return {
      get: (...values: SqlValue[]): SqlRow | undefined => current().get(...values),
      all: (...values) => current().all(...values),
      run: (...values) => current().run(...values),
    };
  }

  const database: Database = {
    exec: (sql) => driver.exec(sql),
    prepare,
    prepareToWrite() {
      refuseUnusable(lease.isHeld);
      const now = identify();
      if (now.file === identities.file && now.log === identities.log) return false;
      reopen(now);
      return true;
    },
    confirmWritten() {
      refuseUnusable(lease.isHeld);
      if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > longestLogBytes) checkpoint(driver, lease);
    },
    close() {
      openOnes.delete(database);
      if (openOnes.size === 0) process.off('exit', closeAtExit);
      if (!isClosed && lease.isHeld()) closeUnderWay();
      else if (!isClosed) abandon();
      isClosed = true;
      releaseAll(releases);
    },
  };
  return database;
}

/**
 * Brings the log into the file, which gets a number of its own, and records the state that the file has from then on: the
 * log goes with that, and with no other one.
 */
function checkpoint(driver: SqlDriver, lease: DatabaseLease): void {
  lease.record(underWay);
  try {
    driver.exec(`PRAGMA application_id = ${randomInt(1, 2 ** 31)}; PRAGMA wal_checkpoint(TRUNCATE)`);
    const sql = 'SELECT * FROM pragma_application_id, pragma_schema_version, pragma_page_count, pragma_freelist_count';
    lease.record(describeState(driver.prepare(sql).get() as unknown as FileState));
  } catch {
    // On a full disk: what is stored can be read all the same, and the next write tries again.
  }
}

function checkIntegrity(path: string, driver: SqlDriver): void {
  try {
    const verdict = driver.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (verdict !== 'ok') throw damaged(path, new Error(String(verdict)));
  } finally {
    driver.close();
  }
}

/** The lock of the operating system, where there is one. */
interface TakenLock {
  /** What was locked stays, unless it was created for a database that could not be opened. */
  readonly release: (isKept: boolean) => void;
}

function takeLock(lock: SqlLibrary['lock'], path: string): TakenLock {
  if (!lock) {
    // Refused all the same, since it is restricted.
    fileIdentityOf(path);
    return { release: () => {} };
  }
  let isNew = false;
  for (let attempt = 0; attempt < maxLockAttempts; attempt += 1) {
    isNew = createFile(path) || isNew;
    const identity = fileIdentityOf(path);
    const release = lock(path);
    if (!release) break;
    if (!isSameFile(path, identity, release)) continue;
    secureFile(path);
    return {
      release(isKept) {
        if (isNew && !isKept) rmSync(path, { force: true });
        release();
      },
    };
  }
  const message =
    `The database is in use: another process, or another thread of this one, has the lock on ${path}. One has it at a ` +
    'time: stop the other one, or let several share a Redis or a PostgreSQL.';
  throw new TokenServiceError(message, { code: 'STORE_FAILED' });
}

/** Whether what was locked is what stood there before, and still does: else the lock is one on something else, and is released. */
function isSameFile(path: string, identity: string, release: () => void): boolean {
  let isSame = false;
  try {
    isSame = identity !== '' && fileIdentityOf(path) === identity;
  } finally {
    if (!isSame) release();
  }
  return isSame;
}

function releaseAll(releases: (() => void)[]): void {
  for (const release of releases.splice(0).reverse()) release();
}

function describe(path: string, cause: unknown): TokenServiceError {
  if (isTokenServiceError(cause)) return cause;
  if (isDamage(cause)) return damaged(path, cause);
  const { code = 'no code', remedy = 'Check the path and who may write there.' } = explainStoreFailure(cause);
  const message = isBusy(cause)
    ? `The database ${path} is in use by another program, such as a database browser. Close it there.`
    : `The database ${path} cannot be opened (${code}). ${remedy}`;
  return new TokenServiceError(message, { code: 'STORE_FAILED', cause });
}
