import { TokenServiceError } from '../errors.js';
import type { StoredUser, TokenServiceOptions, TokenUser } from '../types.js';

/** The checks of users at each door of the service, before a store or the API is asked about them. */
export interface UserChecks {
  /**
   * Returns the user that was passed, without an avatar as with an empty one, and with texts that every store keeps as they
   * are: what comes back from one is compared with them.
   *
   * @throws {TokenServiceError} INVALID_USER
   * @throws {NexconnRequestError} INVALID_REQUEST, where the client would not send this user ID
   */
  readonly checkUser: (given: TokenUser) => StoredUser;
  /** Throws as `checkUser` does, of the ID alone. */
  readonly checkUserId: (userId: string) => void;
}

/** In UTF-8. */
const maxUserIdBytes = 64;

/** What the refusal of a user ID ends with. */
const userIdAdvice =
  'For others, such as UUIDs, make opaque IDs (opaqueUserId, NEXCONN_USER_ID_KEY) or set userIdPattern (--user-id-pattern): ' +
  'https://nexconn-kit.github.io/nexconn-kit/guides/user-ids.html';

/**
 * Whether a text has control, format and ignorable characters, such as fillers and variation selectors, blank Braille, line and paragraph
 * separators, and halves of surrogate pairs. Some stores cut a text there, drop or replace them, and people do not see them:
 * two users would be one, or look like one.
 */
function hasUnseenCharacter(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\u2800]/u.test(text);
}

/** Returns the checks by what every user ID must be, and by the pattern of the client. */
export function createUserChecks({ checkRequest }: Pick<TokenServiceOptions['client'], 'checkRequest'>): UserChecks {
  function checkUserId(userId: string): void {
    checkAnyUserId(userId);
    checkRequest?.('issueAccessToken', { userId, name: 'Ada' });
  }

  return {
    checkUserId,
    checkUser(given) {
      const { userId, name, avatarUrl } = given ?? {};
      checkUserId(userId);
      checkText('name', name);
      checkAvatarUrl(avatarUrl);
      return { userId, name: toKeptText(name), avatarUrl: toKeptText(avatarUrl ?? '') };
    },
  };
}

/**
 * Throws for what is the ID of no user, whatever the pattern. IDs are compared byte by byte: `é` in one character and in two
 * are two users.
 *
 * @throws {TokenServiceError} INVALID_USER
 */
export function checkAnyUserId(userId: unknown): asserts userId is string {
  checkText('userId', userId);
  if (Buffer.byteLength(userId) > maxUserIdBytes) {
    refuse('userId', `has more than ${maxUserIdBytes} bytes. ${userIdAdvice}`);
  }
  if (hasUnseenCharacter(userId))
    refuse('userId', 'has a control or invisible character, or half a surrogate pair. Pass one without.');
}

/** @throws {TokenServiceError} INVALID_USER */
export function checkAvatarUrl(value: unknown): asserts value is string | undefined {
  if (value === undefined || typeof value === 'string') return;
  refuse('avatarUrl', `is ${kindOf(value)}. Pass a text, or leave it out.`);
}

/** Returns a text that is well-formed, with a space for each control character: not all stores keep NUL, or half an emoji. */
function toKeptText(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\ufffd').replaceAll(/\p{Cc}/gu, ' ');
}

/** @throws {TokenServiceError} INVALID_USER */
export function checkText(field: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') refuse(field, `is ${kindOf(value)}. Pass a text that is not empty.`);
}

/** Returns what a value is, in words, and never the value itself. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return `${value}`;
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return typeof Reflect.get(value, 'then') === 'function' ? 'a promise, which must be awaited' : 'an object';
}

function refuse(field: string, problem: string): never {
  throw new TokenServiceError(`${field} ${problem}`, { code: 'INVALID_USER' });
}
