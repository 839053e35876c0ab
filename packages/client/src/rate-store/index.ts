export type { StartTimer } from '../rate-limit/limiter.js';
export type { Permit, PermitOutcome, PermitSource } from '../rate-limit/permit-source.js';
export type {
  RateAnswer,
  RateFleet,
  RateMember,
  RateReservation,
  RateStore,
  RateStoreOptions,
  SharedLimit,
} from '../rate-limit/rate-store.js';
export type { WindowOptions } from '../rate-limit/window.js';
export { createRateStore } from './create-rate-store.js';
