import { checkCredentials, checkNonce, checkSources, checkTime } from '../signature/check-inputs.js';
import { createNonce, dateNow, signatureHeaders, stringToSign } from '../signature/signature-parts.js';
import type { HeaderPrefix, SignatureHeaders, SigningCredentials, SignRequestOptions } from '../types.js';
import { explainMismatch, toHex } from './explain-mismatch.js';

export { SigningError, type SigningErrorCode, type SigningErrorDetails } from '../errors.js';
export { type MistakeInWords, mistakesInWords } from '../mistakes-in-words.js';
export type {
  HeaderPrefix,
  MismatchCause,
  RequestHeaders,
  SignatureHeaderName,
  SignatureHeaders,
  SigningCredentials,
  SigningMistake,
  SignRequestOptions,
} from '../types.js';
export { explainMismatch };

/**
 * Returns the four headers that authenticate one request, on a runtime that has WebCrypto and no `node:crypto`.
 *
 * @throws {SigningError} INVALID_CREDENTIALS, INVALID_NONCE, INVALID_TIMESTAMP, INVALID_OPTION, as a rejection
 * @see spec/signing/README.md
 */
export async function signRequest<P extends HeaderPrefix = ''>(
  credentials: SigningCredentials<P>,
  options: SignRequestOptions = {},
): Promise<SignatureHeaders<P>> {
  checkCredentials(credentials);
  const { now = dateNow, nonce: ownNonce } = checkSources(options);
  // Read before the digest is awaited: the caller may change the object meanwhile.
  const { appKey, appSecret, headerPrefix } = credentials;
  const nonce = ownNonce ? checkNonce(ownNonce()) : createNonce();
  const timestamp = `${checkTime(now())}`;
  const signature = await digestHex(stringToSign(appSecret, nonce, timestamp));
  return signatureHeaders(headerPrefix, appKey, nonce, timestamp, signature) as SignatureHeaders<P>;
}

async function digestHex(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))));
}
