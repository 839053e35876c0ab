import type { SignatureHeaders } from '../types.js';

/** Joins what the signature covers: nothing stands between the parts, and nothing else of the request is signed. */
export function stringToSign(appSecret: string, nonce: string, timestamp: string): string {
  return appSecret + nonce + timestamp;
}

/** Returns 18 hexadecimal digits, 72 random bits: a v4 UUID without the digits that its version and variant fix. */
export function createNonce(): string {
  // randomUUID draws random bytes in batches, which makes it several times faster than one getRandomValues a call.
  const uuid = crypto.randomUUID();
  return uuid.slice(0, 8) + uuid.slice(-10);
}

/** Returns the four values under the plain header names, or under the `RC-` ones. */
export function signatureHeaders(
  headerPrefix: string | undefined,
  appKey: string,
  nonce: string,
  timestamp: string,
  signature: string,
): SignatureHeaders {
  return headerPrefix
    ? { 'RC-App-Key': appKey, 'RC-Nonce': nonce, 'RC-Timestamp': timestamp, 'RC-Signature': signature }
    : { 'App-Key': appKey, Nonce: nonce, Timestamp: timestamp, Signature: signature };
}
