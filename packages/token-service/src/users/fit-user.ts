import type { ValidationIssue } from '@nexconn-kit/contract';
import { requestValidators } from '@nexconn-kit/contract/request-validators';
import type { TokenUser } from '../types.js';

/**
 * Fits a user to what the API takes: a name that is too long is cut, an avatar that is not taken is left out.
 *
 * For names and pictures of an identity provider or of the users' own choice: both are shown in push notifications and
 * nowhere else, and should keep nobody from logging in. The user ID stays as it is, right or wrong; nobody stays nobody.
 *
 * @example
 * const authenticate = async (request) => fitUser(await sessions.userOf(request));
 */
export function fitUser<User extends TokenUser | null | undefined>(user: User): User {
  if (!user) return user;
  const { userId, name, avatarUrl } = user;
  const body = avatarUrl === undefined ? { userId, name } : { userId, name, avatarUrl };
  const issues = requestValidators.issueAccessToken(body);
  const isRefused = issues.some(({ field }) => field === 'avatarUrl');
  const fitted = { ...user, name: cut(name, issues) };
  return isRefused ? { ...fitted, avatarUrl: undefined } : fitted;
}

function cut(name: string, issues: readonly ValidationIssue[]): string {
  const tooLong = issues.find(({ field, keyword }) => field === 'name' && keyword === 'maxLength');
  // By code points, which the API's limit counts: half an emoji is no character.
  return tooLong ? [...name].slice(0, Number(tooLong.limit)).join('') : name;
}
