export { createSqliteStore, openSqliteSnapshot } from './create-sqlite-store.js';
