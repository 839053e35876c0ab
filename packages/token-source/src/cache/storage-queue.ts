import type { Environment } from '../environment.js';
import { TokenSourceError } from '../errors.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { createRedact, safeCause } from '../redaction/safe-cause.js';
import type { Emit, Settings } from '../settings.js';
import type { TokenStorage } from '../types.js';
import { withTimeout } from '../waiting.js';

export type StorageOperation = 'read' | 'write' | 'remove';

/** Runs one operation; undefined where there is no storage, or it fails, which is an event. Its error may quote the token. */
export type StorageQueue = <T>(
  operation: StorageOperation,
  run: (storage: TokenStorage) => T,
  token: string | undefined,
) => Promise<T | undefined>;

const storageTimeoutMs = 3000;
// For this long, a storage that did not answer is not waited for again: each step of a fetch would wait for it.
const storagePauseMs = 30_000;

/** Creates the queue of the operations of a storage: one at a time, and each waited for within a bound. */
export function createStorageQueue(
  { storage }: Pick<Settings, 'storage'>,
  environment: Environment,
  emit: Emit,
): StorageQueue {
  const { monotonicNow } = environment;
  let pausedUntil = -Infinity;
  // A removal must not be overtaken by a write that began before it.
  let queue: Promise<unknown> = Promise.resolve();

  return async (operation, run, token) => {
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
      const redact = createRedact([token ?? '']);
      const cause = safeCause(thrown, (text) => redactLikelySecrets(redact(text)));
      const message = `The storage failed to ${operation} the token.`;
      const error = new TokenSourceError(message, { code: 'STORAGE_FAILED', cause });
      emit({ type: 'storage-failed', operation, error });
      return undefined;
    }
  };
}
