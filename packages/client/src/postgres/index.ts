export type { RateSlot, RateStore, ReservedRateSlot } from '../types.js';
export {
  createPostgresRateStore,
  type PostgresLike,
  type PostgresRateStoreOptions,
} from './create-postgres-rate-store.js';
