import { TokenServiceError } from '../errors.js';
import type { StoredUser, TokenUser } from '../types.js';

/**
 * Returns the user that was passed, without an avatar as with an empty one. What the API asks of it, the client checks.
 *
 * @throws {TokenServiceError} INVALID_USER
 */
export function checkUser({ userId, name, avatarUrl }: TokenUser): StoredUser {
  checkText('userId', userId);
  checkText('name', name);
  if (avatarUrl !== undefined && typeof avatarUrl !== 'string') refuse('avatarUrl', 'is no text. Leave it out.');
  return { userId, name, avatarUrl: avatarUrl ?? '' };
}

function checkText(field: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') refuse(field, 'is missing. Pass a text that is not empty.');
}

function refuse(field: string, problem: string): never {
  throw new TokenServiceError(`${field} ${problem}`, { code: 'INVALID_USER' });
}
