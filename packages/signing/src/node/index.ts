export { SigningError, type SigningErrorCode, type SigningErrorDetails } from '../errors.js';
export { signRequest } from '../sign-request.js';
export type {
  HeaderPrefix,
  SignatureHeaderName,
  SignatureHeaders,
  SigningCredentials,
  SignRequestOptions,
} from '../types.js';
