export { createSqliteStore, openSqliteSnapshot, type SqliteStoreOptions } from './create-sqlite-store.js';
