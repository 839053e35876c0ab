import type { NexconnError } from '../errors.js';
import { abortError, deadlineError } from './attempt-error.js';
import type { Call } from './call.js';
import type { Emit } from './create-emitter.js';
import type { WatchSignal } from './create-signal-watcher.js';

/** How a call ends before it comes to an answer: by its caller, or by its deadline. */
export interface Ending {
  /** Milliseconds until the deadline, 0 or less once it has passed. */
  readonly leftMs: () => number;
  /** Calls back once if the caller ends the call; gives back what calls that off. */
  readonly onAbort: (listener: (error: NexconnError) => void) => () => void;
  /** @throws {NexconnAbortError} ABORTED */
  readonly sleep: (ms: number, call: Call, emit: Emit) => Promise<void>;
  /** The last failure, which a deadline names as its cause. */
  failure: NexconnError | undefined;
  /** What may be tried once in a call, and was. */
  readonly tried: { clock?: boolean; secret?: boolean };
  readonly deadline: () => NexconnError;
  readonly release: () => void;
}

const nothing = (): void => {};

/** Starts the clock of a call and listens to its signal. @throws {NexconnAbortError} ABORTED */
export function startEnding(call: Call, stopwatch: () => number, watchSignal: WatchSignal): Ending {
  const { signal, deadlineMs } = call;
  if (signal?.aborted) throw abortError(call, signal.reason);
  const endsAt = stopwatch() + deadlineMs;
  const listeners = new Set<(error: NexconnError) => void>();
  const abort = (): void => {
    const error = abortError(call, signal?.reason);
    for (const listener of [...listeners]) listener(error);
  };
  const release = signal ? watchSignal(signal, abort) : nothing;

  const ending: Ending = {
    leftMs: () => endsAt - stopwatch(),
    onAbort(listener) {
      if (!signal) return nothing;
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sleep(ms, { info }, emit) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          unwatch();
          emit('wait', () => ({ call: info, reason: 'retry' as const, durationMs: ms }));
          resolve();
        }, ms);
        const unwatch = ending.onAbort((error) => {
          clearTimeout(timer);
          reject(error);
        });
      });
    },
    failure: undefined,
    tried: {},
    deadline: () => deadlineError(call, ending.failure),
    release,
  };
  return ending;
}
