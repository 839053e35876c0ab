import { attempt, type Environment } from '../environment.js';
import { TokenSourceError } from '../errors.js';
import type { Fetched } from '../fetch/fetch-with-retry.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { createRedact, safeCause } from '../redaction/safe-cause.js';
import type { Emit, Settings } from '../settings.js';
import type { TokenStorage } from '../types.js';
import { withTimeout } from '../waiting.js';

interface Kept {
  readonly accessToken: string;
  readonly userId: string | undefined;
  readonly lifetimeMs: number | null;
  /** When it was asked for, as Unix time in milliseconds; all that a later run can go by. */
  readonly wall: number;
  /** The same in monotonic milliseconds of this run. */
  readonly monotonic: number;
  /** The mark of the log-out that came before it was asked for; empty where there was none, undefined where nobody can tell. */
  readonly after: string | undefined;
}

/** The marks of the last log-out: as read in the storage, undefined where that failed, and as heard from another tab. */
type LogOuts = readonly (string | undefined)[];

/** The token in memory and in the storage. */
export interface TokenCache {
  /** Returns the token in memory, until it expires. */
  readonly current: () => string | undefined;
  /** Returns the stored token, from now on in memory too, unless it is `without` or has expired. */
  readonly load: (without: string | undefined) => Promise<string | undefined>;
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

const storageTimeoutMs = 3000;
// For this long, a storage that did not answer is not waited for again: each step of a fetch would wait for it.
const storagePauseMs = 30_000;
// The longest time until what one tab has written is seen in another.
const crossingMs = 1000;

/** Creates the cache of one source: memory, and a storage where the settings have one. */
export function createTokenCache(
  { storage, storageKey, userId }: Settings,
  environment: Environment,
  emit: Emit,
): TokenCache {
  const { now, monotonicNow } = environment;
  let kept: Kept | undefined;
  // Counts log-outs, so that what was read before one is not used after it.
  let epoch = 0;
  // A token that was asked for before the last log-out is not used: its removal may have failed, or not be seen here yet.
  let notBefore = -Infinity;
  // Marks order what clocks and messages between tabs do not: a token is of the log-in after the mark that it names.
  const markKey = `${storageKey}.cleared`;
  let mark: string | undefined;
  let heard: string | undefined = '';
  let written: string | undefined;
  let writtenAt = -Infinity;
  let pausedUntil = -Infinity;
  let queue: Promise<unknown> = Promise.resolve();

  return { current, load, logOuts: () => [mark, heard], keep, drop, unstore, forget, clear };

  function current(): string | undefined {
    return kept && lasts(kept, environment) ? kept.accessToken : undefined;
  }

  async function load(without: string | undefined): Promise<string | undefined> {
    const began = epoch;
    const read = await use('read', (each) => Promise.all([storageKey, markKey].map((key) => each.getItem(key))));
    if (began !== epoch) return;
    mark = read && `${read[1] ?? ''}`;
    if (mark && mark !== heard && kept?.after !== undefined && kept.after !== mark) {
      // A log-out that this tab has not heard of, as while its page was frozen.
      kept = undefined;
      emit({ type: 'cleared' });
    }
    let stored = parse(read?.[0], environment);
    // One that this run knows is as old as this run knows, though the clock was set back meanwhile.
    if (kept && stored?.wall === kept.wall && stored.accessToken === kept.accessToken) stored = kept;
    if (
      !stored ||
      stored.accessToken === without ||
      stored.after !== mark ||
      (userId !== undefined && stored.userId !== userId) ||
      stored.wall <= notBefore ||
      !lasts(stored, environment)
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
        const after = `${(await each.getItem(markKey)) ?? ''}`;
        // Where the mark could not be read before, nobody can tell, and the token stays in memory.
        if (!known.includes(after)) return !known.includes(undefined);
        token.after = after;
        const { monotonic: _ofThisRun, ...lasting } = token;
        written = JSON.stringify(lasting);
        writtenAt = monotonicNow();
        await each.setItem(storageKey, written);
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

  async function forget(mark = heard): Promise<void> {
    heard = mark;
    logOut();
    if (monotonicNow() - writtenAt > crossingMs) return;
    await use('remove', async (each) => {
      if ((await each.getItem(storageKey)) === written) await each.removeItem(storageKey);
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

  function logOut(): void {
    epoch += 1;
    kept = undefined;
    notBefore = now();
  }

  /** Runs one operation at a time: a removal must not be overtaken by a write that began before it. */
  async function use<T>(
    operation: 'read' | 'write' | 'remove',
    run: (storage: TokenStorage) => T,
    quotable: Kept | undefined = kept,
  ): Promise<T | undefined> {
    if (!storage) return undefined;
    const isPaused = operation !== 'remove' && monotonicNow() < pausedUntil;
    let isOver = false;
    const done = queue
      .then(async () => run(storage()))
      .finally(() => {
        isOver = true;
      });
    const bounded = withTimeout(done, isPaused ? 0 : storageTimeoutMs, environment);
    queue = bounded.then(undefined, () => {});
    try {
      return await bounded;
    } catch (thrown) {
      if (!isOver && !isPaused) pausedUntil = monotonicNow() + storagePauseMs;
      const redact = createRedact([quotable?.accessToken ?? '']);
      const cause = safeCause(thrown, (text) => redactLikelySecrets(redact(text)));
      const message = `The storage failed to ${operation} the token.`;
      const error = new TokenSourceError(message, { code: 'STORAGE_FAILED', cause });
      emit({ type: 'storage-failed', operation, error });
      return undefined;
    }
  }
}

/** Whether a token can be used: the last tenth of its lifetime, a minute at most, is for its way to the chat server. */
function lasts({ lifetimeMs, wall, monotonic }: Kept, { now, monotonicNow }: Environment): boolean {
  if (lifetimeMs === null) return true;
  // Monotonic time may stand still while a device sleeps, and the wall clock may be set back: the longer time counts.
  const elapsedMs = Math.max(monotonicNow() - monotonic, now() - wall);
  return elapsedMs < lifetimeMs - Math.min(lifetimeMs / 10, 60_000);
}

function parse(text: unknown, { now, monotonicNow }: Environment): Kept | undefined {
  return attempt(() => {
    const { accessToken, userId, lifetimeMs, wall, after = '' } = JSON.parse(text as string) as Kept;
    const age = now() - wall;
    const shaped = typeof accessToken === 'string' && accessToken.trim() && typeof wall === 'number';
    const timed = lifetimeMs === null || (typeof lifetimeMs === 'number' && age >= 0);
    // A token stored in the future was stored before the clock was set back: its age is unknown.
    return shaped && timed
      ? { accessToken, userId, lifetimeMs, wall, after, monotonic: monotonicNow() - age }
      : undefined;
  });
}
