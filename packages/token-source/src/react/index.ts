export type { NexconnTokenState } from './token-view.js';
export { useNexconnToken } from './use-nexconn-token.js';
