export type { RateStore } from '../rate-limit/rate-store.js';
export {
  createPostgresRateStore,
  type PostgresLike,
  type PostgresRateStoreOptions,
} from './create-postgres-rate-store.js';
