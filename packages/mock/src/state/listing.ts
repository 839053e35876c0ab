import type { AppState } from './app.js';
import { expiryOf, isExpired } from './expiry.js';
import { fromTokenId, toTokenId } from './fingerprint.js';
import { noRow } from './no-row.js';
import { pageOf } from './page-of.js';
import type { IssuedToken, PageOptions, TokenPage } from './types.js';
import { isVoid, rowsOfUser } from './void-tokens.js';

/** Lists tokens in the order of their issue, of one user or of all. @throws {MockError} INVALID_OPTION */
export function listTokens(
  app: AppState,
  { userId, after, limit }: PageOptions & { readonly userId?: string | undefined },
  now: number,
): TokenPage {
  const own = userId === undefined ? undefined : rowsOfUser(app, userId);
  const lastRow = findToken(app, after);
  const last = own && lastRow !== undefined ? positionOf(own, lastRow) : lastRow;
  const { rows, more } = pageOf(own ? own.length : app.tokens.fingerprints.size(), last, { after, limit });
  const tokens = rows.map((at) => viewToken(app, own?.[at] ?? at, now));
  const next = tokens.at(-1)?.tokenId;
  return { tokens, ...(more && next !== undefined && { next }) };
}

function findToken({ tokens }: AppState, tokenId: string | undefined): number | undefined {
  const fingerprint = tokenId === undefined ? undefined : fromTokenId(tokenId);
  const row = fingerprint ? tokens.fingerprints.find(fingerprint) : noRow;
  return row === noRow ? undefined : row;
}

function positionOf(rows: readonly number[], row: number): number | undefined {
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
