export { type NexconnObserver, type ObserveNexconnOptions, observeNexconn } from './observe-nexconn.js';
export type { NexconnEvent } from './types.js';
