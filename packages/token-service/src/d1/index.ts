export { createD1Store, type D1StoreOptions } from './create-d1-store.js';
export type { D1Like, D1StatementLike } from './d1-like.js';
