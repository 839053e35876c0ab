import { TokenServiceError } from '../errors.js';
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
  const nextPage = createPager((last) => readPage(last, limit - users.length), after);
  while (users.length < limit) {
    const page = await nextPage();
    if (page.length === 0) break;
    for (let at = 0; at < page.length; at += concurrency) {
      for (const row of await Promise.all(page.slice(at, at + concurrency).map(rowOf))) {
        if (row) users.push({ userId: row.userId, name: row.name, avatarUrl: row.avatarUrl });
      }
    }
  }
  return users;
}

/**
 * Returns what resolves to one page of a list after the other, and to an empty one at the end. Where a page cannot be read,
 * it is the next one again.
 *
 * A store of somebody else's may list the same page for ever, or pages in a circle: one that was there before is an error. Of
 * the pages before, one is remembered, a later one each time that their number has doubled, and so a circle is found.
 *
 * @throws {TokenServiceError} STORE_FAILED; and what `readPage` rejects with
 */
export function createPager<Found extends { readonly userId: string }>(
  readPage: (after: string | undefined) => Promise<readonly Found[]>,
  start?: string,
): () => Promise<readonly Found[]> {
  let [after, remembered] = [start, start];
  let [pages, rememberAt] = [0, 1];

  return async function nextPage() {
    const page: unknown = await readPage(after);
    if (!isList<Found>(page)) throw listError('that is no list of users');
    const [last] = page.slice(-1);
    if (!last) return page;
    if (last.userId === after || last.userId === remembered) throw listError('that it has returned before');
    after = last.userId;
    pages += 1;
    if (pages === rememberAt) {
      remembered = after;
      rememberAt *= 2;
    }
    return page;
  };
}

function isList<Found>(page: unknown): page is readonly Found[] {
  return Array.isArray(page) && page.every((found) => typeof found === 'object' && found !== null);
}

function listError(what: string): TokenServiceError {
  const message =
    `The token store failed: its listOutdated returned a page ${what}. ` +
    'Return users in the order of their IDs, those after the given one alone, and none at the end.';
  return new TokenServiceError(message, { code: 'STORE_FAILED' });
}
