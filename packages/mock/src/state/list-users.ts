import type { AppState } from './app.js';
import { pageOf } from './page-of.js';
import type { PageOptions, User, UserPage } from './types.js';
import { findUser } from './users.js';

/** Lists users in the order of their registration. @throws {MockError} INVALID_OPTION */
export function listUsers(app: AppState, { after, limit }: PageOptions): UserPage {
  const last = after === undefined ? undefined : findUser(app.users, after);
  const { rows, more } = pageOf(app.users.fingerprints.size(), last, { after, limit });
  const users = rows.map((row) => viewUser(app, row));
  const next = users.at(-1)?.userId;
  return { users, ...(more && next !== undefined && { next }) };
}

function viewUser({ users, tokens, generation }: AppState, row: number): User {
  const avatarUrl = users.avatarUrls.get(row);
  return {
    userId: users.userIds.get(row),
    name: users.names.get(row),
    ...(avatarUrl && { avatarUrl }),
    tokenCount: users.generation.get(row) === generation ? users.tokenCount.get(row) : 0,
    issuedAt: tokens.issuedAt.get(users.lastToken.get(row)),
  };
}
