import type { SignatureHeaders } from '../types.js';

/** Puts the four values under the plain header names, or under the `RC-` ones. */
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
