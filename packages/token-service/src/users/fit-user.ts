import type { ValidationIssue } from '@nexconn-kit/contract';
import { requestValidators } from '@nexconn-kit/contract/request-validators';
import { refuseOption } from '../errors.js';
import type { TokenUser } from '../types.js';

/**
 * Returns the user as the API accepts them: a name that is too long is truncated, an avatar that it refuses is left out.
 *
 * For names and pictures of an identity provider or of the users' own choice: both are shown in push notifications alone,
 * and should keep nobody from logging in. The user ID is returned as it is, right or wrong, and so are null and undefined.
 *
 * @throws {TokenServiceError} INVALID_OPTION for what is no object
 * @example
 * const authenticate = async (request) => fitUser(await sessions.userOf(request));
 */
export function fitUser<User extends TokenUser | null | undefined>(user: User): User {
  if (user === null || user === undefined) return user;
  if (typeof user !== 'object') refuseOption('user', `is of type ${typeof user}. Pass a user, null or undefined.`);
  const { userId, name, avatarUrl } = user;
  const body = avatarUrl === undefined ? { userId, name } : { userId, name, avatarUrl };
  const issues = requestValidators.issueAccessToken(body);
  const isRefused = issues.some(({ field }) => field === 'avatarUrl');
  // What was looked at, which a class may have as getters.
  const fitted = { ...user, userId, name: cut(name, issues) };
  return avatarUrl === undefined ? fitted : { ...fitted, avatarUrl: isRefused ? undefined : avatarUrl };
}

function cut(name: string, issues: readonly ValidationIssue[]): string {
  const limit = issues.find(({ field }) => field === 'name')?.limit;
  // By code points, which the API's limit counts, so that no emoji is cut in half.
  return typeof limit === 'number' ? [...name].slice(0, limit).join('') : name;
}
