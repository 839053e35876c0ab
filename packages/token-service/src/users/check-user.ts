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
      if (avatarUrl !== undefined && typeof avatarUrl !== 'string') refuse('avatarUrl', 'is no text. Leave it out.');
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
    refuse('userId', `has more than ${maxUserIdBytes} bytes. Pass a shorter one, such as opaqueUserId returns.`);
  }
  if (hasUnseenCharacter(userId))
    refuse('userId', 'has a control or invisible character, or half a surrogate pair. Pass one without.');
}

/** Returns a text that is well-formed, with a space for each control character: not all stores keep NUL, or half an emoji. */
function toKeptText(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, '\ufffd').replaceAll(/\p{Cc}/gu, ' ');
}

function checkText(field: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') refuse(field, 'is missing. Pass a text that is not empty.');
}

function refuse(field: string, problem: string): never {
  throw new TokenServiceError(`${field} ${problem}`, { code: 'INVALID_USER' });
}
