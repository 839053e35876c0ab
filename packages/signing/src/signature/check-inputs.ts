import { SigningError, type SigningErrorCode } from '../errors.js';
import type { SigningCredentials } from '../types.js';

// A comma would be read as two values of one header, a space would be trimmed by some servers.
const headerSafe = /^[!-+\--~]+$/;

/** The longest nonce that the API takes, in characters. */
export const nonceMaxLength = 18;

/** @throws {SigningError} INVALID_CREDENTIALS */
export function checkCredentials(credentials: SigningCredentials): void {
  const { appKey, appSecret, headerPrefix } = credentials ?? {};
  checkText('INVALID_CREDENTIALS', 'appKey', appKey);
  checkHeaderSafe('INVALID_CREDENTIALS', 'appKey', appKey);
  checkText('INVALID_CREDENTIALS', 'appSecret', appSecret);
  if (headerPrefix && headerPrefix !== 'RC-') {
    throw new SigningError('INVALID_CREDENTIALS', 'headerPrefix', "must be '' or 'RC-'.");
  }
}

/** @throws {SigningError} INVALID_NONCE */
export function checkNonce(nonce: string): string {
  checkText('INVALID_NONCE', 'nonce', nonce);
  if (nonce.length > nonceMaxLength) {
    throw new SigningError('INVALID_NONCE', 'nonce', `has ${nonce.length} characters; the limit is ${nonceMaxLength}.`);
  }
  checkHeaderSafe('INVALID_NONCE', 'nonce', nonce);
  return nonce;
}

/** @throws {SigningError} INVALID_TIMESTAMP */
export function checkTime(timeMs: number): number {
  if (!Number.isSafeInteger(timeMs) || timeMs < 0) {
    throw new SigningError('INVALID_TIMESTAMP', 'now', 'must give whole milliseconds since 1970.');
  }
  return timeMs;
}

function checkText(code: SigningErrorCode, field: string, value: unknown): void {
  if (typeof value !== 'string' || !value) {
    throw new SigningError(code, field, `is ${value === '' ? 'empty' : typeof value}; pass a non-empty string.`);
  }
}

function checkHeaderSafe(code: SigningErrorCode, field: string, value: string): void {
  if (!headerSafe.test(value)) {
    throw new SigningError(code, field, 'must be visible ASCII without commas to fit a header.');
  }
}
