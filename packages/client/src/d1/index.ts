export type { RateStore } from '../rate-limit/rate-store.js';
export { createD1RateStore, type D1RateStoreOptions } from './create-d1-rate-store.js';
export type { D1Like, D1StatementLike } from './d1-like.js';
