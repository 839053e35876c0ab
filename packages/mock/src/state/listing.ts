import { optionChecks, refuseOption } from '../errors.js';
import type { AppState } from './app.js';
import { fromTokenId, noRow, toTokenId } from './fingerprint-index.js';
import { expiryOf, isExpired, isVoid, rowsOfUser } from './tokens.js';
import type { IssuedToken, PageOptions, TokenPage, User, UserPage } from './types.js';
import { findUser } from './users.js';

/** Returns tokens in the order of their issue, of one user or of all. @throws {MockError} `INVALID_OPTION` */
export function listTokens(
  app: AppState,
  { userId, after, limit }: PageOptions & { readonly userId?: string | undefined },
  now: number,
): TokenPage {
  const own = userId === undefined ? undefined : rowsOfUser(app, userId);
  const lastRow = findToken(app, after);
  const last = own ? positionOf(own, lastRow) : lastRow;
  const { rows, more } = pageOf(own ? own.length : app.tokens.fingerprints.size(), last, { after, limit });
  const tokens = rows.map((at) => viewToken(app, own?.[at] ?? at, now));
  return { tokens, ...(more && { next: (tokens.at(-1) as IssuedToken).tokenId }) };
}

function findToken({ tokens }: AppState, tokenId: string | undefined): number | undefined {
  const fingerprint = tokenId === undefined ? undefined : fromTokenId(tokenId);
  const row = fingerprint ? tokens.fingerprints.find(fingerprint) : noRow;
  return row === noRow ? undefined : row;
}

function positionOf(rows: readonly (number | undefined)[], row: number | undefined): number | undefined {
  const at = rows.indexOf(row);
  return at < 0 ? undefined : at;
}

function viewToken(app: AppState, row: number, now: number): IssuedToken {
  const { tokens, users } = app;
  const issuedAt = tokens.issuedAt.get(row);
  return {
    tokenId: toTokenId(tokens.fingerprints.at(row)),
    userId: users.userIds.get(tokens.users.get(row)),
    issuedAt,
    expiresAt: expiryOf(app, issuedAt),
    valid: !isVoid(app, row) && !isExpired(app, issuedAt, now),
  };
}

/** Returns users in the order of their registration. @throws {MockError} `INVALID_OPTION` */
export function listUsers(app: AppState, { after, limit }: PageOptions): UserPage {
  const last = after === undefined ? undefined : findUser(app.users, after);
  const { rows, more } = pageOf(app.users.fingerprints.size(), last, { after, limit });
  const users = rows.map((row) => viewUser(app, row));
  return { users, ...(more && { next: (users.at(-1) as User).userId }) };
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

/** The largest page, so that one call cannot build a list of a million. */
const maxLimit = 1000;

/**
 * Returns the rows of a page out of `size` rows: those after `last`, the row that `after` names.
 *
 * @throws {MockError} `INVALID_OPTION`
 */
function pageOf(
  size: number,
  last: number | undefined,
  { after, limit = 100 }: PageOptions,
): { readonly rows: readonly number[]; readonly more: boolean } {
  optionChecks.checkNumber('limit', limit, { unit: 'rows', min: 1, max: maxLimit, isWhole: true });
  if (after !== undefined && last === undefined)
    refuseOption('after', 'names no row. Pass the next of the page before.');
  const start = last === undefined ? 0 : last + 1;
  const end = Math.min(size, start + limit);
  return { rows: Array.from({ length: end - start }, (_unused, at) => start + at), more: end < size };
}
