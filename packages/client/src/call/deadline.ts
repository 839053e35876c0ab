import type { NexconnError } from '../errors.js';
import { abortError, deadlineError } from '../response/attempt-error.js';
import type { Call } from './call.js';
import type { WatchSignal } from './signal-watcher.js';

const nothing = (): void => {};

/** How a call ends before it comes to an answer: by its caller, or by its deadline. */
export class Ending {
  /** The last failure, which a deadline names as its cause. */
  failure: NexconnError | undefined;
  /** What may be tried once in a call, and was. */
  readonly tried: { clock?: boolean; secret?: boolean; resend?: boolean } = {};
  /** Calls its listener off; nothing where the call has no signal. */
  release: () => void = nothing;
  #listeners: Set<(error: NexconnError) => void> | undefined;
  readonly #call: Call;
  readonly #stopwatch: () => number;
  readonly #endsAt: number;

  constructor(call: Call, stopwatch: () => number) {
    this.#call = call;
    this.#stopwatch = stopwatch;
    this.#endsAt = stopwatch() + call.deadlineMs;
  }

  /** Milliseconds until the deadline, 0 or less once it has passed. */
  leftMs(): number {
    return this.#endsAt - this.#stopwatch();
  }

  /** @throws {NexconnError} ABORTED or DEADLINE_EXCEEDED, where the call is over */
  check(): void {
    const { signal } = this.#call;
    if (signal?.aborted) throw abortError(this.#call, signal.reason);
    if (this.leftMs() <= 0) throw this.deadline();
  }

  /** Makes the error for a call whose time is over. */
  deadline(): NexconnError {
    return deadlineError(this.#call, this.failure);
  }

  /** Calls back once if the caller ends the call; gives back what calls that off. */
  onAbort(listener: (error: NexconnError) => void): () => void {
    if (!this.#call.signal) return nothing;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => this.#listeners?.delete(listener);
  }

  abort(): void {
    const error = abortError(this.#call, this.#call.signal?.reason);
    for (const listener of [...(this.#listeners ?? [])]) listener(error);
  }

  /** @throws {NexconnError} ABORTED, DEADLINE_EXCEEDED */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.check();
      const timer = setTimeout(() => {
        unwatch();
        resolve();
      }, ms);
      const unwatch = this.onAbort((error) => {
        clearTimeout(timer);
        reject(error);
      });
    });
  }
}

/** Starts the clock of a call and listens to its signal. @throws {NexconnAbortError} ABORTED */
export function startEnding(call: Call, stopwatch: () => number, watchSignal: WatchSignal): Ending {
  const { signal } = call;
  if (signal?.aborted) throw abortError(call, signal.reason);
  const ending = new Ending(call, stopwatch);
  if (signal) ending.release = watchSignal(signal, () => ending.abort());
  return ending;
}
