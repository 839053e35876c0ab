import type { Environment } from '../environment.js';
import { TokenSourceError } from '../errors.js';
import type { Fetched } from '../fetch/fetch-with-retry.js';
import type { Emit, Settings } from '../settings.js';
import type { TokenStorage } from '../types.js';
import { isUsable, type KeptToken, readKeptToken } from './kept-token.js';
import { createStorageQueue, type StorageOperation } from './storage-queue.js';

/** The marks of the last log-out: as read in the storage, undefined where that failed, and as heard from another tab. */
type LogOuts = readonly (string | undefined)[];

/** The token in memory and in the storage. */
export interface TokenCache {
  /** Returns the token in memory, until it expires. */
  readonly current: () => string | undefined;
  /** Returns the stored token, from now on in memory too, unless it was rejected or has expired. */
  readonly load: (rejectedToken: string | undefined) => Promise<string | undefined>;
  /** Returns what `keep` needs to know; called when a token is asked for. */
  readonly logOuts: () => LogOuts;
  /** Keeps a token in memory and in the storage; returns false where the user has logged out since it was asked for. */
  readonly keep: (fetched: Fetched, logOuts: LogOuts) => Promise<boolean>;
  /** Forgets one token, in memory only. */
  readonly drop: (token: string) => void;
  /** Empties the entry in the storage. It is not removed: a removal tells other tabs of a log-out. */
  readonly unstore: () => Promise<void>;
  /** Forgets the token in memory, after a log-out elsewhere; in the storage, only one that this tab has just written. */
  readonly forget: (mark?: string) => Promise<void>;
  /** Forgets the token in memory and in the storage, and marks that as a log-out. @throws {TokenSourceError} STORAGE_FAILED */
  readonly clear: (mark: string) => Promise<void>;
}

// The longest time until what one tab has written is seen in another.
const crossingMs = 1000;

/** Creates the cache of one source: memory, and a storage where the settings have one. */
export function createTokenCache(settings: Settings, environment: Environment, emit: Emit): TokenCache {
  const { storage, storageKey, userId } = settings;
  const { now, monotonicNow } = environment;
  const queue = createStorageQueue(settings, environment, emit);
  let kept: KeptToken | undefined;
  // Counts log-outs, so that what was read before one is not used after it.
  let epoch = 0;
  // A token that was asked for before the last log-out is not used: its removal may have failed, or not be seen here yet.
  let notBefore = -Infinity;
  // Marks order what clocks and messages between tabs do not: a token is of the log-in after the mark that it names.
  const markKey = `${storageKey}.cleared`;
  let storedMark: string | undefined;
  let heardMark: string | undefined = '';
  let ownText: string | undefined;
  let ownTextAt = -Infinity;

  return { current, load, logOuts: () => [storedMark, heardMark], keep, drop, unstore, forget, clear };

  function current(): string | undefined {
    return kept && isUsable(kept, environment) ? kept.accessToken : undefined;
  }

  async function load(rejectedToken: string | undefined): Promise<string | undefined> {
    const began = epoch;
    const read = await use('read', (each) => Promise.all([storageKey, markKey].map((key) => each.getItem(key))));
    if (began !== epoch) return;
    storedMark = read && toMark(read[1]);
    if (storedMark && storedMark !== heardMark && kept?.after !== undefined && kept.after !== storedMark) {
      // A log-out that this tab has not heard of, as while its page was frozen.
      kept = undefined;
      emit({ type: 'cleared' });
    }
    let stored = readKeptToken(read?.[0], environment);
    // One that this run knows is as old as this run knows, though the clock was set back meanwhile.
    if (kept && stored?.wall === kept.wall && stored.accessToken === kept.accessToken) stored = kept;
    if (
      !stored ||
      stored.accessToken === rejectedToken ||
      stored.after !== storedMark ||
      (userId !== undefined && stored.userId !== userId) ||
      stored.wall <= notBefore ||
      !isUsable(stored, environment)
    )
      return;
    const isOther = kept?.accessToken !== stored.accessToken;
    kept = stored;
    if (isOther) emit({ type: 'taken' });
    return stored.accessToken;
  }

  async function keep({ askedAt, ...answer }: Fetched, known: LogOuts): Promise<boolean> {
    const began = epoch;
    const token = { ...answer, ...askedAt, after: known[0] };
    const isLate = await use(
      'write',
      async (each) => {
        const after = toMark(await each.getItem(markKey));
        // Where the mark could not be read before, nobody can tell, and the token stays in memory.
        if (!known.includes(after)) return !known.includes(undefined);
        token.after = after;
        const { monotonic: _ofThisRun, ...lasting } = token;
        ownText = JSON.stringify(lasting);
        ownTextAt = monotonicNow();
        await each.setItem(storageKey, ownText);
        return false;
      },
      token,
    );
    if (isLate) return false;
    if (began === epoch) kept = token;
    return true;
  }

  function drop(token: string): void {
    if (kept?.accessToken === token) kept = undefined;
  }

  async function unstore(): Promise<void> {
    await use('write', (each) => each.setItem(storageKey, ''));
  }

  async function forget(mark = heardMark): Promise<void> {
    heardMark = mark;
    logOut();
    if (monotonicNow() - ownTextAt > crossingMs) return;
    await use('remove', async (each) => {
      if ((await each.getItem(storageKey)) === ownText) await each.removeItem(storageKey);
    });
  }

  async function clear(ownMark: string): Promise<void> {
    logOut();
    if (!storage) return;
    // Before the removal, so that no other tab sees the one without the other.
    void use('write', (each) => each.setItem(markKey, ownMark));
    const removed = await use('remove', async (each) => {
      await each.removeItem(storageKey);
      return 'removed';
    });
    if (!removed) {
      throw new TokenSourceError('The stored token could not be removed: remove it.', { code: 'STORAGE_FAILED' });
    }
  }

  function use<T>(
    operation: StorageOperation,
    run: (storage: TokenStorage) => T,
    quoted: KeptToken | undefined = kept,
  ) {
    return queue(operation, run, quoted?.accessToken);
  }

  function logOut(): void {
    epoch += 1;
    kept = undefined;
    notBefore = now();
  }
}

/** Returns what stands in a storage as the mark of a log-out; a storage of somebody's own may return anything. */
function toMark(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
