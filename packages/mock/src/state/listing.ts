import { optionChecks, refuseOption } from '../errors.js';
import type { AppState } from './app.js';
import { fromTokenId, noRow, toTokenId } from './fingerprint-index.js';
import { expiryOf, isExpired, isVoid, rowsOfUser } from './tokens.js';
import type {
  IssuedToken,
  PageOptions,
  TokenListOptions,
  TokenPage,
  User,
  UserListOptions,
  UserPage,
} from './types.js';
import { findPlace } from './users.js';

/** Returns tokens of one user or of all, a page at a time. @throws {MockError} `INVALID_OPTION` */
export function listTokens(
  app: AppState,
  { userId, newestFirst = false, ...page }: TokenListOptions,
  now: number,
): TokenPage {
  const own = userId === undefined ? undefined : rowsOfUser(app, userId);
  const lastRow = findToken(app, page.after);
  const last = own ? positionOf(own, lastRow) : lastRow;
  const { rows, more } = pageOf(own ? own.length : app.tokens.fingerprints.size(), last, { ...page, newestFirst });
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

/** Returns users, all or those that are searched for, a page at a time. @throws {MockError} `INVALID_OPTION` */
export function listUsers(app: AppState, { search = '', newestFirst = false, ...page }: UserListOptions): UserPage {
  const last = page.after === undefined ? undefined : findPlace(app.users, page.after);
  const matches = userMatcher(app, search);
  const { rows, more } = pageOf(app.users.fingerprints.size(), last, { ...page, newestFirst, matches });
  const users = rows.map((row) => viewUser(app, row));
  return { users, ...(more && { next: (users.at(-1) as User).userId }) };
}

function userMatcher({ users }: AppState, search: string): (row: number) => boolean {
  const wanted = search.toLowerCase();
  const has = (text: string): boolean => text.toLowerCase().includes(wanted);
  const isWanted = (row: number) => wanted === '' || has(users.userIds.get(row)) || has(users.names.get(row));
  return (row) => !users.removed.has(row) && isWanted(row);
}

function viewUser({ users, tokens, generation }: AppState, row: number): User {
  const avatarUrl = users.avatarUrls.get(row);
  return {
    userId: users.userIds.get(row),
    name: users.names.get(row),
    ...(avatarUrl && { avatarUrl }),
    tokenCount: users.generation.get(row) === generation ? users.tokenCount.get(row) : 0,
    issuedAt: users.registeredAt.get(row) ?? tokens.issuedAt.get(users.lastToken.get(row)),
  };
}

/** The largest page, so that one call cannot build a list of a million. */
const maxLimit = 1000;

/** A page of rows of which only some may be wanted. */
interface RowOptions extends PageOptions {
  readonly newestFirst: boolean;
  readonly matches?: ((row: number) => boolean) | undefined;
}

/**
 * Returns the rows of a page out of `size` rows: those after `last`, the row that `after` names.
 *
 * @throws {MockError} `INVALID_OPTION`
 */
function pageOf(
  size: number,
  last: number | undefined,
  { after, limit = 100, newestFirst, matches = () => true }: RowOptions,
): { readonly rows: readonly number[]; readonly more: boolean } {
  optionChecks.checkNumber('limit', limit, { unit: 'rows', min: 1, max: maxLimit, isWhole: true });
  if (after !== undefined && last === undefined)
    refuseOption('after', 'names no row. Pass the next of the page before.');
  const step = newestFirst ? -1 : 1;
  const rows: number[] = [];
  // One more than is wanted, to know whether there are more.
  for (let row = last === undefined ? (newestFirst ? size - 1 : 0) : last + step; row >= 0 && row < size; row += step) {
    if (!matches(row)) continue;
    if (rows.length === limit) return { rows, more: true };
    rows.push(row);
  }
  return { rows, more: false };
}
