import { createHash, createHmac } from 'node:crypto';
import { equalInConstantTime } from './signature/equal-in-constant-time.js';
import { readSentSignature } from './signature/ways-to-sign.js';
import type { MismatchCause, RequestHeaders, SigningCredentials } from './types.js';

/**
 * Returns the common mistake, or several at once, that explains a signature that does not match.
 *
 * Returns `undefined` where the signature is right or no known mistake leads to it. A right signature over a timestamp
 * in seconds counts as `seconds`. Computes at most 66 hashes, and none where the signature has the length of no digest.
 *
 * @throws {SigningError} INVALID_OPTION
 */
export function explainMismatch(
  headers: RequestHeaders,
  credentials: Pick<SigningCredentials, 'appKey' | 'appSecret'>,
): MismatchCause | undefined {
  const signature = readSentSignature(headers, credentials);
  if (!signature) return undefined;
  const { sent, encoding, ways } = signature;
  for (const { cause, algorithm, key, text } of ways) {
    const hash = key === undefined ? createHash(algorithm) : createHmac(algorithm, key);
    // One of these is the right signature, which must not leak through timing either.
    if (equalInConstantTime(sent, hash.update(text).digest(encoding))) return cause;
  }
  return undefined;
}
