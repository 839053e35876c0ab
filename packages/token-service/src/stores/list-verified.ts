import type { StoredToken, StoredUser } from '../types.js';

/** Questions under way at once, each for one row: log-ins ask the same store. */
const concurrency = 32;

/** A list that is read in parts, of which not everybody is to be believed. */
export interface VerifiedList<Found extends { readonly userId: string }> {
  readonly after: string | undefined;
  readonly limit: number;
  /** Resolves to whom the store lists, in the order of their IDs; to nobody at the end alone. */
  readonly readPage: (after: string | undefined, limit: number) => Promise<readonly Found[]>;
  /** Resolves to the row of one who was listed; undefined where there is none that is theirs. */
  readonly rowOf: (found: Found) => Promise<StoredToken | undefined> | StoredToken | undefined;
}

/**
 * Returns a page of users as they stand in rows that are theirs. Whoever has no such row counts as not stored, and the page
 * is filled with those who follow: an empty one is the end of the list.
 */
export async function listVerified<Found extends { readonly userId: string }>({
  after,
  limit,
  readPage,
  rowOf,
}: VerifiedList<Found>): Promise<StoredUser[]> {
  const users: StoredUser[] = [];
  for (let last = after; users.length < limit; ) {
    const page = await readPage(last, limit - users.length);
    if (page.length === 0) break;
    for (let at = 0; at < page.length; at += concurrency) {
      for (const row of await Promise.all(page.slice(at, at + concurrency).map(rowOf))) {
        if (row) users.push({ userId: row.userId, name: row.name, avatarUrl: row.avatarUrl });
      }
    }
    last = page.at(-1)?.userId;
  }
  return users;
}
