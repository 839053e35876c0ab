import type { NexconnError } from '../errors.js';
import { clearTimeout, setTimeout } from '../system-time.js';
import type { Cancel } from '../transport/transport.js';
import type { Call } from './call.js';
import { abortError, deadlineError } from './call-errors.js';
import { watchSignal } from './watch-signal.js';

const nothing = (): void => {};

/** Has work end with an error unless it settles within so many milliseconds; with `Infinity`, it keeps to its time itself. */
type Limit = (ms: number, errorOf?: () => NexconnError) => void;

/** What ends a call before its answer does: its deadline, or its caller's signal. */
export class Deadline {
  /** The last failure, the cause of the error for a deadline that has passed. */
  failure: NexconnError | undefined;
  /** Stops listening to the signal, where there is one. */
  release: () => void = nothing;
  #listeners: Set<(error: NexconnError) => void> | undefined;
  readonly #call: Call;
  readonly #monotonicNow: () => number;
  readonly #endsAt: number;

  constructor(call: Call, monotonicNow: () => number) {
    this.#call = call;
    this.#monotonicNow = monotonicNow;
    this.#endsAt = monotonicNow() + call.deadlineMs;
  }

  /** Returns the milliseconds until the deadline, 0 or less once it has passed. */
  leftMs(now: number = this.#monotonicNow()): number {
    return this.#endsAt - now;
  }

  /** @throws {NexconnError} ABORTED or DEADLINE_EXCEEDED, where the call is over */
  check(): void {
    const { signal } = this.#call;
    if (signal?.aborted) throw abortError(this.#call, signal.reason);
    if (this.leftMs() <= 0) throw this.error();
  }

  /** Returns the error for a deadline that has passed. */
  error(): NexconnError {
    return deadlineError(this.#call, this.failure);
  }

  /** Calls back once if the signal is aborted; returns the function that cancels this. */
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

  /**
   * Settles as `start` does, unless the signal is aborted or `limitMs` pass before. Then it rejects, and calls the function
   * that `start` returned, which cancels the work. The limit that `start` is given sets another time from now on.
   * Where the call is over already, nothing is started.
   */
  run<Value>(
    start: (resolve: (value: Value) => void, reject: (error: unknown) => void, limit: Limit) => Cancel,
    limitMs: number = this.leftMs(),
    timeoutError: () => NexconnError = () => this.error(),
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.check();
      const end = (): void => {
        clearTimeout(timer);
        unwatch();
      };
      let cancel: Cancel | undefined;
      let isGivenUp = false;
      const giveUp = (error: NexconnError): void => {
        isGivenUp = true;
        end();
        reject(cancel?.(error) ?? error);
      };
      const startTimer = (ms: number, errorOf: () => NexconnError) =>
        setTimeout(() => giveUp(errorOf()), Math.max(0, ms));
      let timer = startTimer(limitMs, timeoutError);
      const unwatch = this.onAbort(giveUp);
      cancel = start(
        (value) => {
          end();
          resolve(value);
        },
        (error) => {
          end();
          reject(error);
        },
        (ms, errorOf = timeoutError) => {
          clearTimeout(timer);
          if (!isGivenUp && ms < Number.POSITIVE_INFINITY) timer = startTimer(ms, errorOf);
        },
      );
      // What is started may abort its own signal.
      if (isGivenUp) cancel();
    });
  }

  /** @throws {NexconnError} ABORTED, DEADLINE_EXCEEDED */
  sleep(ms: number): Promise<void> {
    return this.run<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      return () => void clearTimeout(timer);
    });
  }
}

/** Starts the time of a call and listens to its signal. @throws {NexconnAbortError} ABORTED */
export function startDeadline(call: Call, monotonicNow: () => number): Deadline {
  const { signal } = call;
  const deadline = new Deadline(call, monotonicNow);
  deadline.check();
  if (signal) deadline.release = watchSignal(signal, () => deadline.abort());
  return deadline;
}
