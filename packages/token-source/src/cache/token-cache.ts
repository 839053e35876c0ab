import type { Environment } from '../environment.js';
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
}

/** The token in memory and in the storage. */
export interface TokenCache {
  /** Returns the token in memory, until it expires. */
  readonly current: () => string | undefined;
  /** Returns the stored token, from now on in memory too, unless it is `without` or has expired. */
  readonly load: (without: string | undefined) => Promise<string | undefined>;
  readonly keep: (fetched: Fetched) => Promise<void>;
  /** Forgets one token, in memory only. */
  readonly drop: (token: string) => void;
  /** Empties the entry in the storage. It is not removed: a removal tells other tabs of a log-out. */
  readonly unstore: () => Promise<void>;
  /** Forgets the token in memory, after a log-out elsewhere; in the storage, only one that this tab has just written. */
  readonly forget: () => Promise<void>;
  /** Forgets the token in memory and in the storage. @throws {TokenSourceError} STORAGE_FAILED */
  readonly clear: () => Promise<void>;
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
  let writtenAt = -Infinity;
  let pausedUntil = -Infinity;
  let queue: Promise<unknown> = Promise.resolve();

  return { current, load, keep, drop, unstore, forget, clear };

  function current(): string | undefined {
    return kept && lasts(kept, environment) ? kept.accessToken : undefined;
  }

  async function load(without: string | undefined): Promise<string | undefined> {
    const began = epoch;
    const stored = parse(await use('read', (each) => each.getItem(storageKey)), environment);
    if (
      !stored ||
      stored.accessToken === without ||
      began !== epoch ||
      (userId !== undefined && stored.userId !== userId) ||
      stored.wall <= notBefore ||
      !lasts(stored, environment)
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
    const { monotonic: _ofThisRun, ...lasting } = kept;
    writtenAt = monotonicNow();
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
    if (monotonicNow() - writtenAt > crossingMs) return;
    await use('remove', async (each) => {
      const stored = parse(await each.getItem(storageKey), environment);
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
      const redact = createRedact([kept?.accessToken ?? '']);
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
  if (typeof text !== 'string' || !text) return undefined;
  try {
    const { accessToken, userId, lifetimeMs, wall } = JSON.parse(text) as Kept;
    const age = now() - wall;
    const shaped = typeof accessToken === 'string' && accessToken && typeof wall === 'number';
    const timed = lifetimeMs === null || (typeof lifetimeMs === 'number' && age >= 0);
    // A token stored in the future was stored before the clock was set back: its age is unknown.
    return shaped && timed ? { accessToken, userId, lifetimeMs, wall, monotonic: monotonicNow() - age } : undefined;
  } catch {
    return undefined;
  }
}
