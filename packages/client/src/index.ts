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
export { createProxyFetch } from './platform/create-proxy-fetch.js';
export type { RateStore } from './rate-limit/rate-store.js';
export type {
  AcceptedAttempt,
  AppSecret,
  AppSecretPair,
  CallInfo,
  CallOptions,
  Fetch,
  NexconnClient,
  NexconnClientOptions,
  NexconnEvent,
  Priority,
  RateLimitOptions,
  RetryOptions,
  SecretIds,
} from './types.js';
