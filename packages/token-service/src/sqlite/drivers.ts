import { mkdirSync, rmSync } from 'node:fs';
import type { Statement } from 'node-sqlite3-wasm';
import { isFullDisk, secureFolder } from './database-files.js';
import type { Engine } from './lease-file.js';

/** A value of a column. */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, unknown>>;

/** A prepared statement. */
export interface SqlStatement {
  readonly get: (...values: SqlValue[]) => SqlRow | undefined;
  readonly all: (...values: SqlValue[]) => readonly SqlRow[];
  readonly run: (...values: SqlValue[]) => void;
}

/** An open SQLite database, whichever library opened it. */
export interface SqlDriver {
  readonly exec: (sql: string) => void;
  readonly prepare: (sql: string) => SqlStatement;
  readonly close: () => void;
}

/** A library that opens databases. */
export interface SqlLibrary {
  readonly engine: Engine;
  /** Opens a database for this process alone. */
  readonly open: (path: string) => SqlDriver;
  /**
   * Acquires a lock of the operating system, which a kill -9 releases; returns what releases it, or undefined where somebody
   * has it. There is none where there is no function.
   */
  readonly lock: ((path: string) => (() => void) | undefined) | undefined;
}

/** `node:sqlite` as far as it is used here; the types of Node 20 lack it. */
interface NodeSqlite {
  readonly DatabaseSync: new (
    path: string,
  ) => {
    exec(sql: string): void;
    prepare(sql: string): {
      get(...values: unknown[]): SqlRow | undefined;
      all(...values: unknown[]): SqlRow[];
      run(...values: unknown[]): unknown;
    };
    close(): void;
  };
}

/** How long at most one that starts waits for another that starts, in milliseconds; whoever has the lock keeps it for good. */
const lockWaitMs = 500;

const ownerOnly = 0o700;

/** SQLITE_BUSY, the first byte of what says more. */
const busy = 5;

/**
 * Exclusive: with `node:sqlite` the lock of the operating system then stays, for all other programs to see; in WebAssembly
 * each statement would create a folder for a lock, and there would be no write-ahead log. The other kind of journal is never
 * rolled back there after a kill -9: half of a write would stay. The log survives the death of the process; only that of the
 * machine may take the last moments with it. It is brought into the file by `openDatabase`, which records that.
 */
const settings =
  'PRAGMA busy_timeout = 1000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ' +
  'PRAGMA wal_autocheckpoint = 0';

/** Loads the runtime's own SQLite where it has one, else one in WebAssembly. */
export async function loadLibrary(): Promise<SqlLibrary> {
  // Not as a literal, which bundlers and older runtimes would fail on.
  const name = 'node:sqlite';
  const sqlite: NodeSqlite | undefined = await import(name).catch(() => undefined);
  return sqlite ? nodeLibrary(sqlite) : wasmLibrary((await import('node-sqlite3-wasm')).default);
}

/** Whether SQLite refused since another connection has a lock on the file. */
export function isBusy(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === 'number' && (errcode & 0xff) === busy;
}

/** Whether SQLite found no database, or one in disorder. The one in WebAssembly says so in words alone. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && /malformed|not a database/.test(error.message);
}

function nodeLibrary({ DatabaseSync }: NodeSqlite): SqlLibrary {
  return {
    engine: 'node:sqlite',
    lock(path) {
      const database = new DatabaseSync(path);
      try {
        // An empty file, which stays so. The journal, which nothing is ever written to, would be one file more. Of two that
        // start together each has a shared lock in the way of the other: without a wait neither would get it.
        database.exec(`PRAGMA busy_timeout = ${lockWaitMs}; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE`);
        return () => database.close();
      } catch (error) {
        database.close();
        if (isBusy(error)) return undefined;
        throw error;
      }
    },
    open(path) {
      const database = openLocked({
        open: () => new DatabaseSync(path),
        // The index of the log, which exclusive connections have in memory: left behind by 0.1, or the folder of the other one.
        finish: () => rmSync(`${path}-shm`, { recursive: true, force: true }),
      });
      return {
        exec: (sql) => database.exec(sql),
        prepare(sql) {
          const statement = database.prepare(sql);
          return {
            get: (...values) => statement.get(...values),
            all: (...values) => statement.all(...values),
            run: (...values) => void statement.run(...values),
          };
        },
        close: () => database.close(),
      };
    },
  };
}

function wasmLibrary(sqlite: Pick<typeof import('node-sqlite3-wasm'), 'Database'>): SqlLibrary {
  return {
    engine: 'wasm',
    // It has one, a folder: that outlives a process that is killed.
    lock: undefined,
    open(path) {
      rmSync(`${path}.lock`, { recursive: true, force: true });
      const guard = `${path}-shm`;
      try {
        guardLog(guard);
      } catch (error) {
        // Other programs may write there then; the tokens that are stored are handed out.
        if (!isFullDisk(error)) throw error;
      }
      const unguard = (): void => rmSync(guard, { recursive: true, force: true });
      const database = openLocked({
        open: () => new sqlite.Database(path),
        // What it has created for its lock.
        finish: () => secureFolder(`${path}.lock`),
        undo: unguard,
      });
      const finalizers: (() => void)[] = [];

      function prepare(sql: string): SqlStatement {
        const { statement, finalize } = lasting(() => database.prepare(sql));
        finalizers.push(finalize);
        return statement;
      }

      return {
        exec: (sql) => database.exec(sql),
        prepare,
        close() {
          for (const finalize of finalizers) finalize();
          database.close();
          unguard();
        },
      };
    },
  };
}

interface Opening<Opened> {
  readonly open: () => Opened;
  readonly finish: () => void;
  readonly undo?: () => void;
}

/** Opens a database with the settings; what fails leaves nothing open, and nothing of this process behind. */
function openLocked<Opened extends { exec(sql: string): unknown; close(): void }>({
  open,
  finish,
  undo,
}: Opening<Opened>): Opened {
  let database: Opened | undefined;
  try {
    database = open();
    database.exec(settings);
    finish();
    return database;
  } catch (error) {
    database?.close();
    undo?.();
    throw error;
  }
}

/**
 * Puts a folder where other programs have the index of the log. They do not see the lock of the one in WebAssembly: without
 * an index they can read, but neither write, nor bring the log into the file and remove it under whoever writes into it.
 */
function guardLog(guard: string): void {
  try {
    mkdirSync(guard, ownerOnly);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // One that a program has left behind.
    rmSync(guard, { recursive: true, force: true });
    mkdirSync(guard, ownerOnly);
  }
}

/** A statement that has failed, as on a full disk, would fail the next time as well: another takes its place. */
function lasting(prepare: () => Statement): { readonly statement: SqlStatement; readonly finalize: () => void } {
  let statement: Statement | undefined = prepare();

  function finalize(): void {
    try {
      statement?.finalize();
    } catch {
      // It throws once more what its last use has thrown.
    }
    statement = undefined;
  }

  function use<T>(work: (prepared: Statement) => T): T {
    statement ??= prepare();
    try {
      return work(statement);
    } catch (error) {
      finalize();
      throw error;
    }
  }

  return {
    statement: {
      // To the end: a statement with a row left keeps the log from being brought in.
      get: (...values) => use((prepared) => prepared.all(values)[0] as SqlRow | undefined),
      all: (...values) => use((prepared) => prepared.all(values) as SqlRow[]),
      run: (...values) => use((prepared) => void prepared.run(values)),
    },
    finalize,
  };
}
