/** A value that SQLite keeps. */
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
