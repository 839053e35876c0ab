import { SigningError, type SigningErrorCode } from '../errors.js';
import type { SigningCredentials, SignRequestOptions } from '../types.js';

// A comma would be read as two values of one header, a space would be trimmed by some servers.
const headerSafe = /^[!-+\--~]+$/;

// What an editor, a shell or a file adds unseen would be hashed too. Half a surrogate pair has no bytes of its own;
// DI are ignorable code points, such as fillers and variation selectors.
function hasSpaceOrUnseen(text: string): boolean {
  return /[\s\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]/u.test(text);
}

/** The longest nonce that the API accepts, in characters. */
export const nonceMaxLength = 18;

/** @throws {SigningError} INVALID_CREDENTIALS */
export function checkCredentials(credentials: SigningCredentials): void {
  const { appKey, appSecret, headerPrefix } = credentials ?? {};
  checkText('INVALID_CREDENTIALS', 'appKey', appKey);
  checkHeaderSafe('INVALID_CREDENTIALS', 'appKey', appKey);
  checkText('INVALID_CREDENTIALS', 'appSecret', appSecret);
  if (hasSpaceOrUnseen(appSecret)) {
    refuse('INVALID_CREDENTIALS', 'appSecret', 'has white space or an invisible character; copy it again.');
  }
  if (headerPrefix && headerPrefix !== 'RC-') refuse('INVALID_CREDENTIALS', 'headerPrefix', "must be '' or 'RC-'.");
}

/** @throws {SigningError} INVALID_NONCE */
export function checkNonce(nonce: string): string {
  checkText('INVALID_NONCE', 'nonce', nonce);
  if (nonce.length > nonceMaxLength) {
    refuse('INVALID_NONCE', 'nonce', `has ${nonce.length} characters; the limit is ${nonceMaxLength}.`);
  }
  checkHeaderSafe('INVALID_NONCE', 'nonce', nonce);
  return nonce;
}

/** Not by name: this runs for each request. @throws {SigningError} INVALID_OPTION */
export function checkSources(options: SignRequestOptions): SignRequestOptions {
  if (typeof options !== 'object' || options === null) refuse('INVALID_OPTION', 'options', 'is none. Pass an object.');
  checkSource('now', options.now);
  checkSource('nonce', options.nonce);
  return options;
}

function checkSource(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    refuse('INVALID_OPTION', option, 'is no function. Pass one, or leave it out.');
  }
}

/** @throws {SigningError} INVALID_TIMESTAMP */
export function checkTime(timeMs: number): number {
  if (Number.isSafeInteger(timeMs) && timeMs >= 0) return timeMs;
  return refuse('INVALID_TIMESTAMP', 'now', 'must return whole Unix milliseconds.');
}

function checkText(code: SigningErrorCode, field: string, value: unknown): void {
  if (typeof value !== 'string' || !value) {
    refuse(code, field, `is ${value === '' ? 'empty' : typeof value}; pass a non-empty string.`);
  }
}

function checkHeaderSafe(code: SigningErrorCode, field: string, value: string): void {
  if (!headerSafe.test(value)) refuse(code, field, 'must be visible ASCII without commas to fit a header.');
}

/** Throws the error for one input; the message begins with its name. */
export function refuse(code: SigningErrorCode, field: string, problem: string): never {
  throw new SigningError(`${field} ${problem}`, { code, field });
}
