import { checkCredentials, checkNonce, checkSources, checkTime } from './signature/check-inputs.js';
import { sha1Hex } from './signature/sha1-hex.js';
import { createNonce, dateNow, signatureHeaders, stringToSign } from './signature/signature-parts.js';
import type { HeaderPrefix, SignatureHeaders, SigningCredentials, SignRequestOptions } from './types.js';

/**
 * Returns the four headers that authenticate one request.
 *
 * Call it for every attempt: headers that are sent again have a stale timestamp and a used nonce.
 *
 * @throws {SigningError} INVALID_CREDENTIALS, INVALID_NONCE, INVALID_TIMESTAMP, INVALID_OPTION
 * @see spec/signing/README.md
 * @example
 * const headers = signRequest({ appKey, appSecret });
 * await fetch(url, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body });
 */
export function signRequest<P extends HeaderPrefix = ''>(
  credentials: SigningCredentials<P>,
  options: SignRequestOptions = {},
): SignatureHeaders<P> {
  checkCredentials(credentials);
  const { now = dateNow, nonce: ownNonce } = checkSources(options);
  const nonce = ownNonce ? checkNonce(ownNonce()) : createNonce();
  const timestamp = `${checkTime(now())}`;
  const signature = sha1Hex(stringToSign(credentials.appSecret, nonce, timestamp));
  return signatureHeaders(
    credentials.headerPrefix,
    credentials.appKey,
    nonce,
    timestamp,
    signature,
  ) as SignatureHeaders<P>;
}
