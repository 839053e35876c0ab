export type { Permit, PermitOutcome, PermitSource } from '../rate-limit/permit-source.js';
export type { RateReservation, RateStore, RateStoreOptions, SharedLimit } from '../rate-limit/rate-store.js';
export type { Timers } from '../rate-limit/timers.js';
export { createRateStore } from './create-rate-store.js';
