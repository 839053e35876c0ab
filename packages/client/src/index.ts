export { createNexconnClient } from './create-nexconn-client.js';
export {
  NexconnAbortError,
  NexconnAuthenticationError,
  NexconnConfigurationError,
  NexconnError,
  type NexconnErrorCode,
  type NexconnErrorDetails,
  NexconnNetworkError,
  NexconnRateLimitError,
  NexconnRequestError,
  NexconnResponseError,
  NexconnServiceError,
  NexconnServiceNotEnabledError,
  NexconnTimeoutError,
  NexconnUserLimitError,
} from './errors.js';
export type { OperationMethods } from './generated/nexconn/methods.gen.js';
export type { CallOptions, Fetch, NexconnClient, NexconnClientOptions, NexconnClientSettings } from './types.js';
