import type { OptionNames } from '../check-options.js';
import { checkSignal, optionChecks, TokenServiceError } from '../errors.js';
import type { StoredToken, TokenStore } from '../types.js';
import { defineForApp } from './app-rows.js';
import { checkStore } from './check-store.js';
import { createPager, listVerified } from './list-pages.js';
import { isSealed, openToken, type SealKey, sealToken, toSealKey } from './sealed-token.js';
import { createSideJobs } from './side-jobs.js';

/** The options of an encrypted store. */
export interface EncryptionOptions {
  /**
   * 32 random bytes each, in base64 or hexadecimal digits. The first one encrypts; all decrypt, so that a key is rotated by
   * putting the new one in front, and removing the old one once `reencrypt` finds no token of it.
   */
  readonly keys: readonly [string, ...string[]];
}

/** How many tokens of one app were found in which form. */
export interface ReencryptResult {
  readonly users: number;
  /** Tokens under the first key. */
  readonly current: number;
  /** Tokens that were written anew under the first key. */
  readonly converted: number;
  /** Tokens under another key, or in the form of 0.1. With `isDryRun` all there are; else those whose user was just being issued for. */
  readonly outdated: number;
  /** Encrypted tokens that no key opens: their users get another one. */
  readonly unreadable: number;
  /** Tokens that were stored without encryption: their users get another one. */
  readonly plain: number;
}

/** The options of `reencrypt`. */
export interface ReencryptOptions {
  /** Whether to count alone. Default: false. */
  readonly isDryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A store whose tokens are encrypted in another one. */
export interface EncryptedTokenStore extends TokenStore {
  readonly forApp: (appKey: string) => EncryptedTokenStore;
  /** Writes all tokens anew that are not under the first key. What is done is done: another run finds those that are left. */
  readonly reencrypt: (options?: ReencryptOptions) => Promise<ReencryptResult>;
}

const names: OptionNames<EncryptionOptions> = { keys: 0 };
const reencryptNames: OptionNames<ReencryptOptions> = { isDryRun: 0, signal: 0 };
const keyBytes = 32;
/** Of 32 random bytes some 30 differ; fewer than this do once in 10^15. */
const minDifferentBytes = 16;
/** Longer than a row takes to be read and written. */
const leaseMs = 5_000;
/** What may be written beside those who read. */
const sideJobLimits = { maxAtOnce: 2, timeoutMs: leaseMs, pauseMs: 60_000 };
const pageSize = 500;

/**
 * Creates a store that encrypts the tokens in another store (encryption at rest, AES-256-GCM). A token is bound to its app,
 * its user, and the rest of its row: moved to another row, or beside another name, it can no longer be read.
 *
 * A token under another key than the first one is written anew once it was read, for which no reader waits: a few at a time,
 * and none for a minute after the store failed. One that no key decrypts is unreadable, which the token service takes for
 * none unless it is to refuse.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 * @example
 * const store = createEncryptedStore(await createSqliteStore('tokens.db'), { keys: [process.env.TOKEN_KEY ?? ''] });
 */
export function createEncryptedStore(store: TokenStore, options: EncryptionOptions): EncryptedTokenStore {
  optionChecks.checkNames(options ?? {}, names);
  const { keys: given } = options ?? {};
  checkStore(store);
  if (!Array.isArray(given) || given.length === 0) refuse('is empty');
  return encrypt(store, { keys: given.map(parseKey) as [SealKey, ...SealKey[]], begin: createSideJobs(sideJobLimits) });
}

/** What the parts of a store for its apps share. */
interface Encryption {
  readonly keys: readonly [SealKey, ...SealKey[]];
  /** Begins what no reader waits for. */
  readonly begin: (job: () => Promise<unknown>) => void;
}

function encrypt(store: TokenStore, encryption: Encryption, appKey = ''): EncryptedTokenStore {
  const { keys, begin } = encryption;

  function seal(token: StoredToken): StoredToken {
    return { ...token, accessToken: sealToken(token, appKey, keys[0]) };
  }

  /** Under a lease: nobody may have written another token meanwhile. Resolves to whether it was written. */
  async function rewrite(token: StoredToken, before: string): Promise<boolean> {
    const leaseId = await store.acquireLease(token.userId, leaseMs);
    // Somebody is issuing for this user, and will write what they get under the first key.
    if (leaseId === undefined) return false;
    let isWritten = false;
    try {
      const present = (await store.read(token.userId)).token;
      if (present?.accessToken === before) {
        await store.write(seal(token), leaseId);
        isWritten = true;
      }
    } finally {
      // A write releases it. Left to expire, it would hold the user's log-in up.
      if (!isWritten) await store.releaseLease(token.userId, leaseId).catch(() => {});
    }
    return isWritten;
  }

  async function read(userId: string) {
    const { token: row, currentSecret } = await store.read(userId);
    if (!isRowOf(row, userId)) return { token: undefined, currentSecret };
    const opened = openToken(row, { userId, appKey }, keys);
    if (!opened) return { token: undefined, currentSecret, isUnreadable: isSealed(row.accessToken) };
    const token = { ...row, accessToken: opened.accessToken };
    // What is not written now is by whoever reads it next. The form of 0.1 alone is left to `reencrypt`: instances of 0.1
    // beside this one, during an update, could not read another.
    if (opened.isOfOldKey) begin(() => rewrite(token, row.accessToken));
    return { token, currentSecret };
  }

  async function verifiedRow(userId: string): Promise<StoredToken | undefined> {
    const { token: row } = await store.read(userId);
    return isRowOf(row, userId) && openToken(row, { userId, appKey }, keys) ? row : undefined;
  }

  async function formOf(userId: string, isDryRun: boolean): Promise<keyof ReencryptResult> {
    const { token: row } = await store.read(userId);
    if (!isRowOf(row, userId)) return 'unreadable';
    const opened = openToken(row, { userId, appKey }, keys);
    if (!opened) return isSealed(row.accessToken) ? 'unreadable' : 'plain';
    if (!opened.isOfOldKey && !opened.isOfOldForm) return 'current';
    if (isDryRun) return 'outdated';
    return (await rewrite({ ...row, accessToken: opened.accessToken }, row.accessToken)) ? 'converted' : 'outdated';
  }

  async function reencrypt(options: ReencryptOptions = {}): Promise<ReencryptResult> {
    optionChecks.checkNames(options, reencryptNames);
    const { isDryRun = false } = options;
    optionChecks.checkChoice('isDryRun', isDryRun, [true, false]);
    const signal = checkSignal(options.signal);
    const counts = { users: 0, current: 0, converted: 0, outdated: 0, unreadable: 0, plain: 0 };
    // No token is of an App Secret without a name: these are all users.
    const nextPage = createPager((after) => store.listOutdated('', after, pageSize));
    for (let page = await nextPage(); page.length > 0; page = await nextPage()) {
      for (const { userId } of page) {
        signal?.throwIfAborted();
        counts[await formOf(userId, isDryRun)] += 1;
        counts.users += 1;
      }
    }
    return counts;
  }

  // One by one: the methods of a class are not its own properties, and need their `this`.
  const encrypted: Omit<EncryptedTokenStore, 'forApp'> = {
    read,
    reencrypt,
    write: (token, leaseId) => store.write(seal(token), leaseId),
    acquireLease: (userId, ms) => store.acquireLease(userId, ms),
    extendLease: (userId, leaseId, ms) => store.extendLease(userId, leaseId, ms),
    releaseLease: (userId, leaseId) => store.releaseLease(userId, leaseId),
    remove: (userId) => store.remove(userId),
    currentSecret: () => store.currentSecret(),
    setCurrentSecret: (secretId, change) => store.setCurrentSecret(secretId, change),
    // The list of the store below has names that nothing vouches for.
    listOutdated: (secretId, after, limit) =>
      listVerified({
        after,
        limit,
        readPage: (last, most) => store.listOutdated(secretId, last, most),
        rowOf: ({ userId }) => verifiedRow(userId),
      }),
    count: (secretId) => store.count(secretId),
    checkWrite: store.checkWrite?.bind(store),
    close: () => store.close(),
  };
  return defineForApp(encrypted, (key) => encrypt(store.forApp?.(key) ?? store, encryption, key));
}

function isRowOf(row: StoredToken | null | undefined, userId: string): row is StoredToken {
  return row?.userId === userId && typeof row.accessToken === 'string';
}

function parseKey(text: unknown): SealKey {
  if (typeof text !== 'string') return refuse(`holds a ${typeof text}`);
  const encoding = /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64';
  const bytes = Buffer.from(text, encoding);
  // Buffer passes over whatever is no base64: a password would be read as a key.
  const isExact = encoding === 'hex' || bytes.toString('base64') === text;
  if (bytes.length !== keyBytes || !isExact) refuse('holds what is not 32 bytes in base64 or hexadecimal digits');
  if (new Set(bytes).size < minDifferentBytes) refuse('holds a key that is not random');
  return toSealKey(bytes);
}

/** The keys themselves stay out of the message. */
function refuse(problem: string): never {
  const message = `keys ${problem}. Make each with this command, and pass what it prints: openssl rand -base64 32`;
  throw new TokenServiceError(message, { code: 'INVALID_OPTION' });
}
