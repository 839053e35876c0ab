import { NexconnAbortError, type NexconnError, NexconnTimeoutError } from '../errors.js';
import { type Call, detailsOf } from './call.js';

/** Returns the error for an attempt that timed out. */
export function timeoutError(call: Call, origin: string): NexconnError {
  const message = `${call.title} got no complete answer from ${origin} within ${call.timeoutMs} ms. Try again, or raise timeoutMs.`;
  return new NexconnTimeoutError(message, { code: 'TIMEOUT', retryable: true, ...detailsOf(call) });
}

/** Returns the error for a call that outlasted its deadline; `cause` is the failure of its last attempt. */
export function deadlineError(call: Call, cause: NexconnError | undefined): NexconnError {
  const message = `${call.title} did not end within ${call.deadlineMs} ms. Try again, or raise deadlineMs.`;
  return new NexconnTimeoutError(message, { code: 'DEADLINE_EXCEEDED', retryable: true, cause, ...detailsOf(call) });
}

/** Returns the error for a call that its own signal aborted; `cause` is the signal's reason. */
export function abortError(call: Call, cause: unknown): NexconnAbortError {
  return new NexconnAbortError(`${call.title} was aborted by its signal.`, {
    code: 'ABORTED',
    cause,
    ...detailsOf(call),
  });
}
