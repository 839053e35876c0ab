import { SigningError } from './errors.js';
import type { NonceStore } from './types.js';

/** How much a nonce store remembers. */
export interface NonceStoreOptions {
  /** How many nonces are kept; beyond it the oldest is forgotten and could be replayed. Default: 100000. */
  readonly capacity?: number | undefined;
  /** Gives Unix time in milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Makes a nonce store in the memory of this process.
 *
 * Give it room for every request of twice the clock tolerance: a nonce lives until its timestamp is refused anyway.
 *
 * @throws {SigningError} INVALID_OPTION
 */
export function createNonceStore({ capacity = 100_000, now = Date.now }: NonceStoreOptions = {}): NonceStore {
  if (!(capacity >= 1)) throw new SigningError('INVALID_OPTION', 'capacity', 'must be a number from 1 up.');
  const expiries = new Map<string, number>();
  // Kept from call to call: a new one would have to step over all that was deleted since the map last shrank. It never
  // comes to its end, where it would stay: the nonce that was just added is still ahead of it.
  const ages = expiries.keys();
  let oldest: string | undefined;
  return {
    add(appKey, nonce, expiresAtMs) {
      // Neither can hold a line feed: both came in headers.
      const key = `${appKey}\n${nonce}`;
      const nowMs = now();
      if ((expiries.get(key) as number) >= nowMs) return false;
      if (!(expiresAtMs >= nowMs)) return true;
      expiries.set(key, expiresAtMs);
      for (;;) {
        oldest ??= ages.next().value as string;
        if ((expiries.get(oldest) as number) >= nowMs && expiries.size <= capacity) return true;
        expiries.delete(oldest);
        oldest = undefined;
      }
    },
  };
}
