import type { AppState } from './app-state.js';
import { pageOf } from './page-of.js';
import type { PageOptions, User, UserPage } from './types.js';

/** Lists users in the order of their registration. @throws {MockError} INVALID_OPTION */
export function listUsers(app: AppState, { after, limit }: PageOptions): UserPage {
  const last = after === undefined ? undefined : app.users.find(after);
  const { rows, more } = pageOf(app.users.size(), last, { after, limit });
  const users = rows.map((row) => viewUser(app, row));
  const next = users.at(-1)?.userId;
  return { users, ...(more && next !== undefined && { next }) };
}

function viewUser({ users, tokens, generation }: AppState, row: number): User {
  const user = users.at(row);
  return {
    userId: user.userId,
    name: user.name,
    ...(user.avatarUrl && { avatarUrl: user.avatarUrl }),
    tokenCount: user.generation === generation ? user.tokenCount : 0,
    issuedAt: tokens.at(user.lastToken).issuedAt,
  };
}
