import type { StoredToken, TokenStore } from '../types.js';
import { checkStore } from './check-store.js';
import { createPager } from './list-pages.js';

/** The first line of a backup. */
export interface BackupHead {
  readonly format: 'nexconn-token-backup';
  readonly version: 1;
  /** The App Secret that the fleet had switched to; left out before the first token. */
  readonly currentSecret?: string | undefined;
}

/** The last line, by which a backup that was cut off is known. */
export interface BackupEnd {
  readonly users: number;
}

const pageSize = 500;
/** Questions under way at once, each for one user. */
const concurrency = 32;
/** No token is of it, so that all are listed. */
const noSecret = '';

/**
 * Yields a backup of a store, line by line, each one JSON: a head, every token as it is stored (an encrypted one stays
 * encrypted), and an end. It can be restored into a store of another kind. The store may be in use meanwhile: of a token
 * that changes, either state is in it.
 *
 * @throws {TokenServiceError} INVALID_OPTION, STORE_FAILED, and what the store rejects with
 * @example
 * for await (const line of backUpStore(store)) file.write(`${line}\n`);
 */
export async function* backUpStore(store: TokenStore): AsyncGenerator<string, void, undefined> {
  checkStore(store);
  const head: BackupHead = {
    format: 'nexconn-token-backup',
    version: 1,
    // Empty where what stood there was no text.
    currentSecret: (await store.currentSecret()) || undefined,
  };
  yield JSON.stringify(head);
  let users = 0;
  const nextPage = createPager((after) => store.listOutdated(noSecret, after, pageSize));
  for (let page = await nextPage(); page.length > 0; page = await nextPage()) {
    for (let at = 0; at < page.length; at += concurrency) {
      const entries = await Promise.all(page.slice(at, at + concurrency).map(({ userId }) => store.read(userId)));
      for (const { token } of entries) {
        // Removed meanwhile.
        if (token === undefined) continue;
        users += 1;
        yield formatToken(token);
      }
    }
  }
  yield JSON.stringify({ users } satisfies BackupEnd);
}

function formatToken({ userId, name, avatarUrl, accessToken, secretId, issuedAt }: StoredToken): string {
  return JSON.stringify({ userId, name, avatarUrl, accessToken, secretId, issuedAt });
}
