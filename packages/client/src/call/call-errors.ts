import { NexconnAbortError, type NexconnError, NexconnRateLimitError, NexconnTimeoutError } from '../errors.js';
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

/** Returns the error for a call that waits for a permit when the client is closed; `cause` is the failure of its last attempt. */
export function closedError(call: Call, cause?: NexconnError): NexconnError {
  const message = `${call.title} ${notSent(cause)}: the client was closed while it waited for a permit of the rate limit.`;
  return new NexconnAbortError(message, { code: 'ABORTED', cause, ...detailsOf(call) });
}

/** Returns the error for a call that would have to wait longer than `maxQueueMs` for a permit; `cause` is as above. */
export function queueError(
  call: Call,
  maxQueueMs: number,
  expectedMs: number,
  retryMs: number,
  cause?: NexconnError,
): NexconnError {
  const [expectedWaitMs, retryAfterMs] = [Math.ceil(expectedMs), Math.ceil(retryMs)];
  const message =
    `${call.title} ${notSent(cause)}: a permit of the rate limit would come in about ${expectedWaitMs} ms, ` +
    `and rateLimit.maxQueueMs is ${maxQueueMs}. Call again in ${retryAfterMs} ms, or raise it.`;
  const details = { code: 'QUEUE_TOO_LONG', retryable: true, expectedWaitMs, retryAfterMs, cause } as const;
  return new NexconnRateLimitError(message, { ...details, ...detailsOf(call) });
}

function notSent(failure: NexconnError | undefined): string {
  return failure ? 'was not sent again' : 'was not sent';
}
