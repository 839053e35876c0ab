import { TokenServiceError } from '../errors.js';
import type { StoredToken, StoredUser, StoreEntry } from '../types.js';

/** A row as the driver of a database returns it, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Returns what a row holds of one user. */
export function toEntry(row: Row, scope: string): StoreEntry {
  return { token: toToken(row, scope), currentSecret: toSecret(row.current_secret) };
}

/**
 * Returns the token of a row; undefined where it has none, or where a column is not of the type that was written: a text
 * made of null or of an object would be handed out as a token.
 */
export function toToken(row: Row, scope: string): StoredToken | undefined {
  const user = toUser(row, scope);
  const { access_token: accessToken } = row;
  const [secretId, issuedAt] = [textIn(row.secret_id, scope), toTime(row.issued_at)];
  if (!user || typeof accessToken !== 'string' || secretId === undefined || issuedAt === undefined) return undefined;
  const { userId, name, avatarUrl } = user;
  return { userId, name, avatarUrl, accessToken, secretId, issuedAt };
}

/** Whether the members of a token are of their types. */
export function isToken({ userId, name, avatarUrl, accessToken, secretId, issuedAt }: StoredToken): boolean {
  const texts = [userId, name, avatarUrl, accessToken, secretId];
  return texts.every((each) => typeof each === 'string') && Number.isFinite(issuedAt);
}

/** Returns the current App Secret; empty, so that no token is vouched for, where what stands there is no text. */
export function toSecret(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? value : '';
}

/** @throws {TokenServiceError} STORE_FAILED where a row does not name the App Key that owns the rows without a scope */
export function toOwner(row: Row | undefined): string {
  if (typeof row?.value === 'string') return row.value;
  const message = 'The store did not say which App Key owns its rows. Check what answers in its place.';
  throw new TokenServiceError(message, { code: 'STORE_FAILED' });
}

/**
 * Returns the users of the next rows, without those that are none: nobody once the rows are at their end alone.
 *
 * @param readRows Resolves to rows in the order of their names.
 */
export async function listUsers(
  scope: string,
  after: string | undefined,
  readRows: (after: string) => Promise<readonly Row[]>,
): Promise<readonly StoredUser[]> {
  for (let last = scope + (after ?? ''); ; ) {
    const rows = await readRows(last);
    const users = rows.flatMap((row) => toUser(row, scope) ?? []);
    const end = rows.at(-1)?.user_id;
    if (users.length > 0 || typeof end !== 'string' || end === last) return users;
    last = end;
  }
}

function toUser({ user_id: row, name, avatar_url: avatarUrl }: Row, scope: string): StoredUser | undefined {
  const userId = textIn(row, scope);
  if (userId === undefined || typeof name !== 'string' || typeof avatarUrl !== 'string') return undefined;
  return { userId, name, avatarUrl };
}

/** Returns a text without its scope. */
function textIn(value: unknown, scope: string): string | undefined {
  return typeof value === 'string' && value.startsWith(scope) ? value.slice(scope.length) : undefined;
}

/** PostgreSQL's `bigint` is a text in most drivers, and a BigInt in others. */
function toTime(value: unknown): number | undefined {
  const isWhole = typeof value === 'bigint' || (typeof value === 'string' && /^-?\d+$/.test(value));
  const time = isWhole ? Number(value) : value;
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined;
}
