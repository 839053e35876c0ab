export type { NexconnTokenState } from './internal/create-token-view.js';
export { useNexconnToken } from './use-nexconn-token.js';
