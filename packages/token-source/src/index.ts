export type { EncryptionKey, EncryptStorageOptions } from './cache/encrypt-storage.js';
export { encryptStorage } from './cache/encrypt-storage.js';
export type { ConnectAnswer } from './connect/connect-with-token.js';
export { connectWithToken, refreshCodes } from './connect/connect-with-token.js';
export type { ConnectionEnd, KeepConnectedOptions, KeptConnection } from './connect/keep-connected.js';
export { keepConnected } from './connect/keep-connected.js';
export { createTokenSource } from './create-token-source.js';
export type { TokenSourceErrorCode, TokenSourceErrorDetails } from './errors.js';
export { LoginRequiredError, TokenSourceError } from './errors.js';
export type {
  EndpointTokenOptions,
  FetchedToken,
  FetchTokenRequest,
  FunctionTokenOptions,
  LiteralTokenOptions,
  TokenKeepingOptions,
  TokenRequestHeaders,
  TokenSource,
  TokenSourceEvent,
  TokenSourceOptions,
  TokenStorage,
  TokenWaitOptions,
} from './types.js';
