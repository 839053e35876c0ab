import { ApiRefusal } from '../internal/api-refusal.js';
import type { AppState } from './app-state.js';
import { fingerprintOf } from './fingerprint.js';
import { noRow } from './no-row.js';
import type { IssuedUser } from './types.js';
import { voidRow } from './void-tokens.js';

/** Registers the user or overwrites name and avatar, and keeps the token. @throws {ApiRefusal} `UserLimitReached` */
export function issueToken(
  app: AppState,
  { userId, name, avatarUrl = '' }: IssuedUser,
  token: string,
  at: number,
): void {
  const row = app.users.find(userId) ?? registerUser(app, userId);
  const user = app.users.at(row);
  const fingerprint = fingerprintOf(token);
  voidTwin(app, app.tokens.find(fingerprint));
  user.name = name;
  user.avatarUrl = avatarUrl;
  user.lastToken = app.tokens.add({ ...fingerprint, user: row, issuedAt: at, previous: user.lastToken });
  user.tokenCount = 1 + (user.generation === app.generation ? user.tokenCount : 0);
  user.generation = app.generation;
}

function registerUser({ settings, users }: AppState, userId: string): number {
  if (settings.environment === 'development' && users.size() >= settings.userLimit) {
    const message = `The development environment takes ${settings.userLimit} users, and has them. Issue for one of them, or use a production app.`;
    throw new ApiRefusal('UserLimitReached', message);
  }
  return users.add(userId);
}

/** A mock whose `random` is fixed gives the same token twice; the later one counts. */
function voidTwin(app: AppState, row: number): void {
  if (row !== noRow) voidRow(app, row);
}
