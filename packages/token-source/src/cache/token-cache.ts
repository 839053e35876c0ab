import type { Environment } from '../environment.js';
import { TokenSourceError } from '../errors.js';
import type { Fetched } from '../fetch/fetch-with-retry.js';
import { safeCause } from '../safe-cause.js';
import type { Emit, Settings } from '../settings.js';
import type { TokenStorage } from '../types.js';
import { within } from '../waiting.js';

interface Kept {
  readonly accessToken: string;
  readonly userId: string | undefined;
  readonly lifetimeMs: number | null;
  /** When it was asked for, in Unix milliseconds; all that a later run can go by. */
  readonly wall: number;
  /** The same as monotonic milliseconds of this run. */
  readonly clock: number;
}

/** Has the token in memory and in the storage. */
export interface Keeper {
  /** Gives the token in memory while its time lasts. */
  readonly current: () => string | undefined;
  /** Takes the stored token, unless it is `without` or its time is over. */
  readonly load: (without: string | undefined) => Promise<string | undefined>;
  readonly keep: (fetched: Fetched) => Promise<void>;
  /** Forgets one token, in memory alone. */
  readonly drop: (token: string) => void;
  /** Makes the storage hold no token. Nothing is removed: a removal tells other tabs of a log-out. */
  readonly unstore: () => Promise<void>;
  /** Forgets what is in memory, after a log-out elsewhere; of the storage, only what this tab has just put there. */
  readonly forget: () => Promise<void>;
  /** Forgets all. */
  readonly clear: () => Promise<void>;
}

const storageWaitMs = 3000;
// How long what one tab has written may take to be seen in another.
const crossingMs = 1000;

/** Keeps a token in memory, and in a storage where there is one; knows how long it may be handed out. */
export function createKeeper(settings: Settings, { now, clock, after }: Environment, emit: Emit): Keeper {
  const { storage, storageKey, userId } = settings;
  let kept: Kept | undefined;
  // Counts log-outs, so that what was read before one is not used after it.
  let epoch = 0;
  // What was asked for before the last log-out is not used: its removal may have failed, or not be seen here yet.
  let notBefore = -Infinity;
  let writtenAt = -Infinity;
  let queue: Promise<unknown> = Promise.resolve();

  return { current, load, keep, drop, unstore, forget, clear };

  function current(): string | undefined {
    return kept && lasts(kept) ? kept.accessToken : undefined;
  }

  async function load(without: string | undefined): Promise<string | undefined> {
    const began = epoch;
    const stored = parse(await use('read', (each) => each.getItem(storageKey)));
    if (
      !stored ||
      stored.accessToken === without ||
      began !== epoch ||
      (userId !== undefined && stored.userId !== userId) ||
      stored.wall <= notBefore ||
      !lasts(stored)
    )
      return;
    if (kept?.accessToken !== stored.accessToken) {
      kept = stored;
      emit({ type: 'taken' });
    }
    return stored.accessToken;
  }

  async function keep({ askedAt, ...answer }: Fetched): Promise<void> {
    kept = { ...answer, ...askedAt };
    const { clock: _ofThisRun, ...lasting } = kept;
    writtenAt = clock();
    await write(JSON.stringify(lasting));
  }

  function drop(token: string): void {
    if (kept?.accessToken === token) kept = undefined;
  }

  function unstore(): Promise<void> {
    return write('');
  }

  async function write(text: string): Promise<void> {
    await use('write', (each) => each.setItem(storageKey, text));
  }

  async function forget(): Promise<void> {
    logOut();
    if (clock() - writtenAt > crossingMs) return;
    await use('remove', async (each) => {
      const stored = parse(await each.getItem(storageKey));
      if (stored && stored.wall <= notBefore) await each.removeItem(storageKey);
    });
  }

  async function clear(): Promise<void> {
    logOut();
    if (!storage) return;
    const removed = await use('remove', async (each) => {
      await each.removeItem(storageKey);
      return 'removed';
    });
    if (!removed) throw new TokenSourceError('STORAGE_FAILED', 'The stored token could not be removed: remove it.');
  }

  function logOut(): void {
    epoch += 1;
    kept = undefined;
    notBefore = now();
  }

  /** Runs one operation after the others: a removal must not be overtaken by a write that began before it. */
  async function use<T>(
    operation: 'read' | 'write' | 'remove',
    run: (storage: TokenStorage) => T,
  ): Promise<T | undefined> {
    if (!storage) return undefined;
    const done = queue.then(() => run(storage()));
    queue = done.then(undefined, () => {});
    try {
      return await within<Awaited<T>>(storageWaitMs, done as Promise<Awaited<T>>, { after });
    } catch (thrown) {
      const cause = safeCause(thrown, [kept?.accessToken]);
      const error = new TokenSourceError('STORAGE_FAILED', `The storage failed to ${operation} the token.`, { cause });
      emit({ type: 'storage-failed', operation, error });
      return undefined;
    }
  }

  /** The last tenth of a lifetime, a minute at most, is left: a token that ends on its way helps nobody. */
  function lasts({ lifetimeMs, wall, clock: from }: Kept): boolean {
    if (lifetimeMs === null) return true;
    // Monotonic clocks may stand still while a device sleeps; the wall clock may be set back. Each only shortens.
    const elapsedMs = Math.max(clock() - from, now() - wall);
    return elapsedMs < lifetimeMs - Math.min(lifetimeMs / 10, 60_000);
  }

  function parse(text: unknown): Kept | undefined {
    if (typeof text !== 'string' || !text) return undefined;
    try {
      const { accessToken, userId: whose, lifetimeMs, wall } = JSON.parse(text) as Kept;
      const age = now() - wall;
      const shaped = typeof accessToken === 'string' && accessToken && typeof wall === 'number';
      const timed = lifetimeMs === null || (typeof lifetimeMs === 'number' && age >= 0);
      // A stored token from the future was stored before the clock went back: nobody knows how old it is.
      return shaped && timed ? { accessToken, userId: whose, lifetimeMs, wall, clock: clock() - age } : undefined;
    } catch {
      return undefined;
    }
  }
}
