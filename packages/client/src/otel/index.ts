export type { NexconnEvent } from '../types.js';
export { type NexconnObserver, type ObserveNexconnOptions, observeNexconn } from './observe-nexconn.js';
