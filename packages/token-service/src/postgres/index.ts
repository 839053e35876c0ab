export type { PostgresLike } from '@nexconn-kit/client/postgres';
export { createPostgresStore, type PostgresStoreOptions } from './create-postgres-store.js';
