import { ApiRefusal } from '../http/api-error.js';
import type { AppState } from './app.js';
import { type Fingerprint, fingerprintOf } from './fingerprint.js';
import { noRow } from './no-row.js';
import type { IssuedUser } from './types.js';
import { userFingerprintOf } from './user-fingerprint.js';
import { voidRow } from './void-tokens.js';

/** Registers the user or overwrites name and avatar, and keeps the token. @throws {ApiRefusal} `UserLimitReached` */
export function issueToken(
  app: AppState,
  { userId, name, avatarUrl = '' }: IssuedUser,
  token: string,
  at: number,
): void {
  const user = findOrRegister(app, userId);
  app.users.names.set(user, name);
  app.users.avatarUrls.set(user, avatarUrl);
  addToken(app, user, fingerprintOf(token), at);
}

function findOrRegister({ settings, users }: AppState, userId: string): number {
  const fingerprint = userFingerprintOf(userId);
  const known = users.fingerprints.find(fingerprint);
  if (known !== noRow) return known;
  if (settings.environment === 'development' && users.fingerprints.size() >= settings.userLimit) {
    const message = `The development environment takes ${settings.userLimit} users, and has them. Issue for one of them, or use a production app.`;
    throw new ApiRefusal('UserLimitReached', message);
  }
  const user = users.fingerprints.add(fingerprint);
  users.userIds.set(user, userId);
  users.lastToken.set(user, noRow);
  users.tokenCount.set(user, 0);
  users.generation.set(user, 0);
  return user;
}

function addToken(app: AppState, user: number, fingerprint: Fingerprint, at: number): void {
  const { users, tokens, generation } = app;
  const twin = tokens.fingerprints.find(fingerprint);
  // A mock whose `random` is fixed gives the same token twice; the later one counts.
  if (twin !== noRow) voidRow(app, twin);
  const row = tokens.fingerprints.add(fingerprint);
  tokens.users.set(row, user);
  tokens.issuedAt.set(row, at);
  tokens.previous.set(row, users.lastToken.get(user));
  tokens.voided.set(row, 0);
  users.lastToken.set(user, row);
  users.tokenCount.set(user, 1 + (users.generation.get(user) === generation ? users.tokenCount.get(user) : 0));
  users.generation.set(user, generation);
}
