export type { ConnectAnswer } from './connect-with-token.js';
export { connectWithToken, refreshCodes } from './connect-with-token.js';
export { createTokenSource } from './create-token-source.js';
export type { EncryptStorageOptions } from './encrypt-storage.js';
export { encryptStorage } from './encrypt-storage.js';
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
