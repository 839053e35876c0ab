import type { StoredToken } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import sqlite from 'node-sqlite3-wasm';

/** Fills the file of a SQLite store in one transaction, below the store: one by one a million would take a quarter of an hour. */
export async function fillSqlite(file: string, tokens: Iterable<StoredToken>): Promise<void> {
  await (await createSqliteStore(file)).close();
  const database = new sqlite.Database(file);
  // The log ahead of writing, which the store has chosen for the file, works here for one process only.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const insert = database.prepare('INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)');
  database.exec('BEGIN');
  for (const { userId, name, avatarUrl, accessToken, secretId, issuedAt } of tokens) {
    insert.run([userId, name, avatarUrl, accessToken, secretId, issuedAt]);
  }
  database.exec('COMMIT');
  insert.finalize();
  database.close();
}
