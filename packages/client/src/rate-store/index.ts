export {
  createRateStore,
  type RateReservation,
  type RateStore,
  type RateStoreOptions,
  type SharedLimit,
} from '../rate-limit/create-rate-store.js';
export type { Permit, PermitOutcome, PermitSource } from '../rate-limit/permit-source.js';
export type { Timers } from '../rate-limit/timers.js';
