import { ApiError } from '../http/api-error.js';
import type { AppState } from './app.js';
import { type Fingerprint, fingerprintOf, noRow, userFingerprintOf } from './fingerprint-index.js';
import type { IssuedUser, TokenCheck } from './types.js';
import { countUsers, findUser } from './users.js';

/** Registers the user or overwrites name and avatar, and keeps the token. @throws {ApiError} `UserLimitReached` */
export function issueToken(app: AppState, user: IssuedUser, token: string, at: number): void {
  addToken(app, setUser(app, user), fingerprintOf(token), at);
}

/** Registers the user or overwrites name and avatar. @throws {ApiError} `UserLimitReached` */
export function registerUser(app: AppState, user: IssuedUser, at: number): void {
  const row = setUser(app, user);
  if (app.users.lastToken.get(row) === noRow && !app.users.registeredAt.has(row)) app.users.registeredAt.set(row, at);
}

function setUser(app: AppState, { userId, name, avatarUrl = '' }: IssuedUser): number {
  const user = findOrRegister(app, userId);
  app.users.names.set(user, name);
  app.users.avatarUrls.set(user, avatarUrl);
  return user;
}

function findOrRegister({ settings, users }: AppState, userId: string): number {
  const fingerprint = userFingerprintOf(userId);
  const known = users.fingerprints.find(fingerprint);
  if (known !== noRow && !users.removed.has(known)) return known;
  if (settings.environment === 'development' && countUsers(users) >= settings.userLimit) {
    const message = `The development environment takes ${settings.userLimit} users, and has them. Issue for one of them, or use a production app.`;
    throw new ApiError('UserLimitReached', message);
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
  if (users.registeredAt.size > 0) users.registeredAt.delete(user);
  users.tokenCount.set(user, 1 + (users.generation.get(user) === generation ? users.tokenCount.get(user) : 0));
  users.generation.set(user, generation);
}

/** Whether the app has issued this token, void or not. */
export function hasIssued({ tokens }: AppState, token: string): boolean {
  return tokens.fingerprints.find(fingerprintOf(token)) !== noRow;
}

/** Whether a token was voided, by itself or with its secret. */
export function isVoid({ tokens, voidBefore }: AppState, row: number): boolean {
  return row < voidBefore || tokens.voided.get(row) === 1;
}

/** Voids one token; returns whether it was valid before. */
function voidRow(app: AppState, row: number): boolean {
  if (isVoid(app, row)) return false;
  const { tokens, users } = app;
  tokens.voided.set(row, 1);
  app.voidedSince += 1;
  const user = tokens.users.get(row);
  users.tokenCount.set(user, users.tokenCount.get(user) - 1);
  return true;
}

/** Voids every token at once, as the rotation of a secret does. */
export function voidAllRows(app: AppState): void {
  app.voidBefore = app.tokens.fingerprints.size();
  app.voidedSince = 0;
  app.generation += 1;
}

/** Voids the tokens of these users, or of all, that were issued before that time; returns how many it voided. */
export function voidTokens(app: AppState, userIds: readonly string[] | undefined, issuedBefore: number): number {
  const rows = userIds ? userIds.flatMap((userId) => rowsOfUser(app, userId)) : rowsOfApp(app);
  let voided = 0;
  for (const row of rows) {
    if (app.tokens.issuedAt.get(row) < issuedBefore && voidRow(app, row)) voided += 1;
  }
  return voided;
}

function* rowsOfApp({ tokens, voidBefore }: AppState): Generator<number> {
  for (let row = voidBefore; row < tokens.fingerprints.size(); row += 1) yield row;
}

/** Removes a user with all tokens; returns whether there was one. */
export function removeUser(app: AppState, userId: string): boolean {
  const row = findUser(app.users, userId);
  if (row === undefined) return false;
  voidTokens(app, [userId], Number.POSITIVE_INFINITY);
  app.users.registeredAt.delete(row);
  app.users.removed.add(row);
  return true;
}

/** Returns the rows of a user's tokens, in the order of their issue. */
export function rowsOfUser({ users, tokens }: AppState, userId: string): number[] {
  const user = findUser(users, userId);
  const rows: number[] = [];
  for (let row = user === undefined ? noRow : users.lastToken.get(user); row !== noRow; ) {
    rows.push(row);
    row = tokens.previous.get(row);
  }
  return rows.reverse();
}

const meanings: Readonly<Record<TokenCheck['code'], string>> = {
  0: 'The token connects.',
  31002: 'The App Key is unknown. Check it; a new token does not help.',
  31004: 'The token is not one of this App Key, or was voided. Fetch a new one and connect again.',
  31008: 'The app is suspended. A new token does not help.',
  31020: 'The token has expired. Fetch a new one and connect again.',
};

/** Returns what a client SDK is answered when it connects with a token. */
export function checkToken(app: AppState | undefined, token: string, now: number): TokenCheck {
  if (!app) return verdict(31002);
  if (app.settings.suspended) return verdict(31008);
  const row = app.tokens.fingerprints.find(fingerprintOf(token));
  if (row === noRow || isVoid(app, row)) return verdict(31004);
  const userId = app.users.userIds.get(app.tokens.users.get(row));
  return { ...verdict(isExpired(app, app.tokens.issuedAt.get(row), now) ? 31020 : 0), userId };
}

function verdict(code: TokenCheck['code']): TokenCheck {
  return { code, meaning: meanings[code] };
}

/** Returns when a token expires, by the app's present setting, in Unix milliseconds; `null` for never. */
export function expiryOf({ settings }: AppState, issuedAt: number): number | null {
  const { tokenValiditySeconds } = settings;
  return tokenValiditySeconds === null ? null : issuedAt + tokenValiditySeconds * 1000;
}

/** Whether a token has expired; it has from the very millisecond on. */
export function isExpired(app: AppState, issuedAt: number, now: number): boolean {
  const expiresAt = expiryOf(app, issuedAt);
  return expiresAt !== null && now >= expiresAt;
}
