import type { SignatureHeaders } from '../types.js';

/**
 * Returns Unix time in milliseconds, by the clock of when this module was loaded: a fake one, which a test installs later,
 * would have each signature refused by servers.
 */
export const dateNow: () => number = Date.now;

/** Joins what the signature covers: nothing stands between the parts, and nothing else of the request is signed. */
export function stringToSign(appSecret: string, nonce: string, timestamp: string): string {
  return appSecret + nonce + timestamp;
}

/** A letter for each hexadecimal digit. */
const lastLetters = 'abcdefabcdefabcd';

/**
 * Returns 18 random hexadecimal digits, of a v4 UUID without those that its version and variant fix.
 *
 * The last one is a letter: nothing stands between nonce and timestamp where they are signed, and a digit could pass from
 * one to the other.
 */
export function createNonce(): string {
  // randomUUID draws random bytes in batches, which makes it several times faster than one getRandomValues a call.
  const uuid = crypto.randomUUID();
  return uuid.slice(0, 8) + uuid.slice(-10, -1) + lastLetters[Number.parseInt(uuid.slice(-1), 16)];
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
