import type { NumberRule, OptionNames } from './check-options.js';
import { optionChecks } from './option-checks.js';
import { createExpiringSet } from './signature/expiring-set.js';
import { dateNow } from './signature/signature-parts.js';
import type { NonceStore } from './types.js';

/** How much a nonce store remembers. */
export interface NonceStoreOptions {
  /**
   * How many texts are kept, a whole number: one for each request, and two where the clock tolerance reaches back beyond
   * the year 2001. Beyond it the oldest is forgotten and could be replayed. Default: 100000.
   */
  readonly capacity?: number | undefined;
  /** Returns Unix time in milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

const names: OptionNames<NonceStoreOptions> = { capacity: 0, now: 0 };
const time: NumberRule = { unit: 'milliseconds', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
const count: NumberRule = { unit: 'numbers', min: 1, max: Number.MAX_SAFE_INTEGER, isWhole: true };

/**
 * Creates a nonce store in the memory of this process.
 *
 * Set `capacity` to the number of requests within twice the clock tolerance: a nonce is kept until its timestamp is refused
 * anyway.
 *
 * @throws {SigningError} INVALID_OPTION
 */
export function createNonceStore(options: NonceStoreOptions = {}): NonceStore {
  optionChecks.checkNames(options, names);
  const { capacity = 100_000, now = dateNow } = options;
  optionChecks.checkFunction('now', now);
  optionChecks.checkNumber('capacity', capacity, count);
  const nonces = createExpiringSet(capacity);
  // Neither can hold a line feed: both came in headers.
  return {
    add(appKey, nonce, expiresAtMs) {
      // Compared with what is no time, no nonce was there before.
      const nowMs = optionChecks.checkNumber('now', now(), time);
      return nonces.add(`${appKey}\n${nonce}`, expiresAtMs, nowMs);
    },
  };
}
