import type { NexconnError } from '../errors.js';
import type { WatchSignal } from './create-signal-watcher.js';

/** The end of one attempt, by time or by the caller. */
export interface Deadline {
  /** Aborts with the error that the attempt ends in. */
  readonly signal: AbortSignal;
  /** Settles as the work does, or rejects at the deadline even where the work does not notice it. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Releases the timer and the caller's signals. */
  clear(): void;
}

/** The errors that an attempt can end in. */
export interface DeadlineErrors {
  timeout(timeoutMs: number): NexconnError;
  abort(reason: unknown): NexconnError;
}

/** Starts the clock of one attempt. */
export function startDeadline(
  timeoutMs: number,
  signals: readonly AbortSignal[],
  watchSignal: WatchSignal,
  errors: DeadlineErrors,
): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(errors.timeout(timeoutMs)), timeoutMs);
  const stops = signals.map((source) => {
    const abort = (): void => controller.abort(errors.abort(source.reason));
    if (source.aborted) abort();
    return watchSignal(source, abort);
  });
  const ended = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // Nobody may be racing when it ends.
  ended.catch(() => {});
  return {
    signal,
    race: (work) => Promise.race([ended, work]),
    clear() {
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}
