import type { Call } from '../call/call.js';
import type { Ending } from '../call/deadline.js';
import { secretError } from '../response/attempt-error.js';

/**
 * Waits for a provider of secrets, whose failure is the call's; it goes on by itself if the call ends first.
 *
 * @throws {NexconnError} ABORTED, DEADLINE_EXCEEDED or INVALID_CONFIGURATION
 */
export function askedFor<T>(
  asked: Promise<T>,
  call: Call,
  ending: Ending,
  { known }: { readonly known: () => readonly string[] },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(() => reject(ending.deadline())), Math.max(0, ending.leftMs()));
    const unwatch = ending.onAbort((error) => end(() => reject(error)));
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      unwatch();
      settle();
    };
    asked.then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(secretError(error, call, known()))),
    );
  });
}
