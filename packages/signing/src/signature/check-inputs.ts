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
  checkHeaderSafe('INVALID_CREDENTIALS', 'appKey', appKey);
  checkText('INVALID_CREDENTIALS', 'appSecret', appSecret);
  if (hasSpaceOrUnseen(appSecret)) {
    refuse('INVALID_CREDENTIALS', 'appSecret', 'has white space or an invisible character.');
  }
  if (!['', 'RC-', undefined].includes(headerPrefix)) refuse('INVALID_CREDENTIALS', 'headerPrefix', "is not 'RC-'.");
}

/** @throws {SigningError} INVALID_NONCE */
export function checkNonce(nonce: string): string {
  checkHeaderSafe('INVALID_NONCE', 'nonce', nonce);
  if (nonce.length > nonceMaxLength) {
    refuse('INVALID_NONCE', 'nonce', `has ${nonce.length} characters; the limit is ${nonceMaxLength}.`);
  }
  return nonce;
}

/** In few words, since this runs for each request and is loaded by every client. @throws {SigningError} INVALID_OPTION */
export function checkSources(options: SignRequestOptions): SignRequestOptions {
  checkType('object', 'options', options);
  for (const name of Object.keys(options)) {
    if (options[name as keyof SignRequestOptions] !== undefined && name !== 'now' && name !== 'nonce') {
      refuse('INVALID_OPTION', name, 'is no option.');
    }
  }
  const { now, nonce } = options;
  if (now !== undefined) checkType('function', 'now', now);
  if (nonce !== undefined) checkType('function', 'nonce', nonce);
  // A list, a map or a promise of them has none.
  if (!now && !nonce && Object.prototype.toString.call(options) !== '[object Object]') {
    refuse('INVALID_OPTION', 'options', 'is an object of another kind.');
  }
  return options;
}

/** @throws {SigningError} INVALID_OPTION */
export function checkType(type: 'object' | 'function' | 'number', name: string, value: unknown): void {
  if (typeof value !== type || value === null) refuse('INVALID_OPTION', name, `is no ${type}.`);
}

/** @throws {SigningError} INVALID_TIMESTAMP */
export function checkTime(timeMs: number): number {
  if (Number.isSafeInteger(timeMs) && timeMs >= 0) return timeMs;
  return refuse('INVALID_TIMESTAMP', 'now', 'must be whole Unix milliseconds.');
}

function checkText(code: SigningErrorCode, field: string, value: unknown): void {
  if (typeof value !== 'string' || !value) {
    refuse(code, field, `is ${value === '' ? 'empty' : typeof value}; pass a non-empty string.`);
  }
}

function checkHeaderSafe(code: SigningErrorCode, field: string, value: string): void {
  checkText(code, field, value);
  if (!headerSafe.test(value)) refuse(code, field, 'must be visible ASCII without commas.');
}

/** Throws the error for one input; the message begins with its name. */
export function refuse(code: SigningErrorCode, field: string, problem: string): never {
  throw new SigningError(`${field} ${problem}`, { code, field });
}
