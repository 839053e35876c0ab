export type { D1Like, D1StatementLike } from '@nexconn-kit/client/d1';
export { createD1Store, type D1StoreOptions } from './create-d1-store.js';
