import type { Statement } from 'node-sqlite3-wasm';
import { TokenServiceError } from '../errors.js';
import { takeFileLock } from './file-lock.js';

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

/**
 * Opens a database that no other process may open, with the runtime's own SQLite where it has one, else with one in
 * WebAssembly.
 *
 * @throws {TokenServiceError} STORE_FAILED where another process has it open
 */
export async function openDatabase(path: string): Promise<SqlDriver> {
  // On all runtimes, since the lock of the one in WebAssembly outlives a process that is killed.
  const lock = takeFileLock(`${path}.pid`, `${path}.lock`);
  try {
    const sqlite = await importNodeSqlite();
    const driver = sqlite ? openWithNode(sqlite, path) : await openWithWasm(path);
    return {
      ...driver,
      close() {
        driver.close();
        lock.release();
      },
    };
  } catch (cause) {
    lock.release();
    const message = `The database ${path} cannot be opened. Check the path and who may write there.`;
    throw new TokenServiceError(message, { code: 'STORE_FAILED', cause });
  }
}

async function importNodeSqlite(): Promise<NodeSqlite | undefined> {
  // Not as a literal, which bundlers and older runtimes would fail on.
  const name = 'node:sqlite';
  return import(name).then(
    (loaded: NodeSqlite) => loaded,
    () => undefined,
  );
}

function openWithNode({ DatabaseSync }: NodeSqlite, path: string): SqlDriver {
  const database = new DatabaseSync(path);
  // The write-ahead log survives the death of the process; only that of the machine may take the last moments with it.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
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
}

async function openWithWasm(path: string): Promise<SqlDriver> {
  const { default: sqlite } = await import('node-sqlite3-wasm');
  const database = new sqlite.Database(path);
  const finalizers: (() => void)[] = [];
  // Nobody else may open it anyhow; without that each statement would create a folder for a lock, and there would be no
  // write-ahead log. The other kind of journal is never rolled back here after a kill -9: half of a write would stay.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');

  function prepare(sql: string): SqlStatement {
    let statement: Statement | undefined = database.prepare(sql);

    function finalize(): void {
      try {
        statement?.finalize();
      } catch {
        // It throws once more what its last use has thrown.
      }
      statement = undefined;
    }

    /** A statement that has failed, as on a full disk, would fail the next time as well: another takes its place. */
    function use<T>(work: (prepared: Statement) => T): T {
      statement ??= database.prepare(sql);
      try {
        return work(statement);
      } catch (error) {
        finalize();
        throw error;
      }
    }

    finalizers.push(finalize);
    return {
      get: (...values) => use((prepared) => (prepared.get(values) ?? undefined) as SqlRow | undefined),
      all: (...values) => use((prepared) => prepared.all(values) as SqlRow[]),
      run: (...values) => use((prepared) => void prepared.run(values)),
    };
  }

  return {
    exec: (sql) => database.exec(sql),
    prepare,
    close() {
      for (const finalize of finalizers) finalize();
      database.close();
    },
  };
}
