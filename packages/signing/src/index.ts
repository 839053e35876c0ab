export { createNonceStore, type NonceStoreOptions } from './create-nonce-store.js';
export { SigningError, type SigningErrorCode, type SigningErrorDetails } from './errors.js';
export { explainMismatch } from './explain-mismatch.js';
export { type MistakeInWords, mistakesInWords } from './mistakes-in-words.js';
export { signRequest } from './sign-request.js';
export { signingMiddleware } from './signing-middleware.js';
export type {
  HeaderPrefix,
  Middleware,
  MismatchCause,
  NonceStore,
  Refusal,
  RefusalReason,
  RequestHeaders,
  SignatureHeaderName,
  SignatureHeaders,
  SigningCredentials,
  SigningMistake,
  SignRequestOptions,
  VerifyResult,
  VerifySignatureOptions,
} from './types.js';
export { verifySignature } from './verify-signature.js';
