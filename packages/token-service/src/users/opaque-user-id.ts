import { createHmac } from 'node:crypto';
import { TokenServiceError } from '../errors.js';

/** 32 characters of 5 bits: no two of a billion users share an ID. */
const length = 32;
/** No upper case, so that two IDs differ in a database that ignores case as well. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const minKeyBytes = 32;
/** Of 32 random bytes, or their hexadecimal digits, no fewer than this differ. */
const minDifferent = 8;
/** The prefix of what is hashed, so that the same key can be used for something else without equal results. */
const purpose = 'nexconn-kit/opaque-user-id/1:';

/**
 * Returns a user ID for the chat from an internal ID: the same one each time, and of no help in guessing another.
 *
 * It is HMAC-SHA-256 in 32 lower-case letters and digits. `7`, `7n` and `'7'` are the same user. A new key means new IDs
 * for all users, so keep it for as long as the app lives, and keep it secret: with it, IDs can be computed.
 *
 * @param key At least 32 random bytes, or a text of as many printable characters of ASCII, with no white space at an end and no
 *   quotes around it: a file, a shell or an editor adds such characters unseen, and the same key without them makes other IDs.
 * @throws {TokenServiceError} INVALID_OPTION for the key, INVALID_USER for the ID
 * @example
 * const userId = opaqueUserId(1042, process.env.USER_ID_KEY ?? '');
 */
export function opaqueUserId(internalId: string | number | bigint, key: string | Uint8Array): string {
  checkKey(key);
  checkId(internalId);
  const digest = createHmac('sha256', key).update(`${purpose}${internalId}`).digest();
  return toText(digest);
}

function checkKey(key: string | Uint8Array): void {
  const problem = problemOf(key);
  if (problem === undefined) return;
  const message = `key ${problem}. Pass at least ${minKeyBytes} random ones, such as openssl rand -hex 32 prints.`;
  throw new TokenServiceError(message, { code: 'INVALID_OPTION' });
}

/** The token server has the same rule for its setting, and names what is wrong by itself. */
function problemOf(key: string | Uint8Array): string | undefined {
  const size = typeof key === 'string' ? Buffer.byteLength(key) : key instanceof Uint8Array ? key.byteLength : 0;
  if (size < minKeyBytes) return `has ${size} bytes`;
  if (typeof key === 'string') {
    if (key !== key.trim() || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(key)) {
      return 'has white space at an end, or a character that is not seen';
    }
    if (/^(["']).*\1$/.test(key)) return 'has quotes around it, which a file or an --env-file does not take off';
    if (/[^ -~]/.test(key)) return 'has a character that is not of printable ASCII, of which only the bytes are taken';
  }
  return isRandom(key) ? undefined : 'is not random';
}

function isRandom(key: Iterable<string | number>): boolean {
  const seen = new Set<string | number>();
  for (const each of key) {
    if (seen.add(each).size === minDifferent) return true;
  }
  return false;
}

function checkId(internalId: unknown): void {
  // The text of minus zero is that of zero.
  if (typeof internalId === 'bigint' || (Number.isSafeInteger(internalId) && !Object.is(internalId, -0))) return;
  // Half a surrogate pair has no bytes of its own: two such IDs would be one.
  if (typeof internalId === 'string' && internalId !== '' && !/\p{Surrogate}/u.test(internalId)) return;
  const message = 'internalId is no ID. Pass a text that is not empty, a whole number up to 2^53 - 1, or a bigint.';
  throw new TokenServiceError(message, { code: 'INVALID_USER' });
}

function toText(digest: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of digest) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5 && text.length < length; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31];
  }
  return text;
}
