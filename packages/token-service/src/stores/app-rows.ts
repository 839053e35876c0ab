import { optionChecks, TokenServiceError } from '../errors.js';
import { performanceNow } from '../system-time.js';
import type { StoredToken, TokenStore } from '../types.js';

/**
 * Stands between an App Key and the rest: the unit separator, U+001F. Every store keeps it, and no App Key, user ID or name
 * of an App Secret holds one, whatever pattern user IDs have: a row of the owner cannot be read as one of another app.
 */
export const scopeSeparator = '\u001f';

/**
 * Rows are filed by App Key. The first app that uses a store owns it, and its rows have the names that 0.1 gave them, which
 * had one app alone; those of every other app have its App Key and the separator before them.
 */
export function scopeOf(appKey: string, owner: string): string {
  return appKey === owner ? '' : appKey + scopeSeparator;
}

/** The row by which a store shows that it can be written: of an App Key without a letter, which no app has. */
export const checkedToken: StoredToken = {
  userId: scopeSeparator,
  name: '',
  avatarUrl: '',
  accessToken: '',
  secretId: scopeSeparator,
  issuedAt: 0,
};

/** Returns the name of the fact that holds the current App Secret of an app. */
export function currentSecretRowName(scope: string): string {
  return scope === '' ? 'switched_to' : `switched_to,${scope.slice(0, -scopeSeparator.length)}`;
}

/**
 * Returns the name that a user's row has in its store.
 *
 * @throws {TokenServiceError} INVALID_USER where it is no text, or a store may cut or change it, or take it for another app's row
 */
export function rowName(scope: string, userId: string): string {
  if (typeof userId !== 'string') {
    throw new TokenServiceError(`userId is of type ${typeof userId}. Pass a text.`, { code: 'INVALID_USER' });
  }
  if (/[\0\p{Cs}]/u.test(userId) || userId.includes(scopeSeparator)) {
    throw new TokenServiceError('userId has NUL, U+001F or half a surrogate pair.', { code: 'INVALID_USER' });
  }
  return scope + userId;
}

/**
 * Returns the store with `forApp`, which a copy by `{ ...store }` lacks: whoever replaces a method in such a copy is asked
 * through that method, not through the part for an app.
 */
export function defineForApp<Store extends Omit<TokenStore, 'forApp'>, Part extends TokenStore>(
  store: Store,
  forApp: (appKey: string) => Part,
): Store & { readonly forApp: (appKey: string) => Part } {
  const stores = new Map<string, Part>();
  function storeOfApp(appKey: string): Part {
    optionChecks.checkText('appKey', appKey);
    const found = stores.get(appKey) ?? forApp(appKey);
    stores.set(appKey, found);
    return found;
  }
  return Object.defineProperty(store, 'forApp', { value: storeOfApp, enumerable: false }) as Store & {
    readonly forApp: (appKey: string) => Part;
  };
}

/** What has not been answered for so long is asked again: a connection may have been lost without a word. */
const givenUpAfterMs = 10_000;

/**
 * Returns what does the work once; after a failure again the next time, and after ten seconds without an answer as well.
 *
 * @param monotonicNow Returns milliseconds that never go back.
 */
export function onceDone<T>(work: () => Promise<T>, monotonicNow: () => number = performanceNow): () => Promise<T> {
  let current: Promise<T> | undefined;
  let givenUpAt = 0;

  function start(): Promise<T> {
    const mine = work();
    current = mine;
    // Taken after the work has begun: where it waits for another one of these, that is given up first.
    givenUpAt = monotonicNow() + givenUpAfterMs;
    mine.then(
      () => {
        // One that was given up as well: work that always takes longer would be begun for ever.
        current = mine;
        givenUpAt = Number.POSITIVE_INFINITY;
      },
      () => {
        if (current === mine) current = undefined;
      },
    );
    return mine;
  }

  return function doOnce() {
    return current !== undefined && monotonicNow() < givenUpAt ? current : start();
  };
}
