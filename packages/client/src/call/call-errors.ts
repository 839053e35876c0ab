import { NexconnAbortError, type NexconnError, NexconnRateLimitError, NexconnTimeoutError } from '../errors.js';
import type { Call } from './call.js';

/** Returns an error of a call: its message begins with what was called, and `problem` with a verb. */
export function callError<Details extends object>(
  ErrorClass: new (message: string, details: Details) => NexconnError,
  { title, operation, requestId, attempts }: Pick<Call, 'title' | 'operation' | 'requestId' | 'attempts'>,
  problem: string,
  details: Details,
): NexconnError {
  const ofCall = { operationId: operation?.operationId, requestId, attempts };
  return new ErrorClass(`${title} ${problem}`, { ...details, ...ofCall });
}

/** Returns the error for an attempt that timed out. */
export function timeoutError(call: Call, origin: string): NexconnError {
  const problem = `got no complete answer from ${origin} within ${call.timeoutMs} ms. Try again, or raise timeoutMs.`;
  return callError(NexconnTimeoutError, call, problem, { code: 'TIMEOUT', retryable: true });
}

/** Returns the error for a call that outlasted its deadline; `cause` is the failure of its last attempt. */
export function deadlineError(call: Call, cause: NexconnError | undefined): NexconnError {
  const problem = `did not end within ${call.deadlineMs} ms. Try again, or raise deadlineMs.`;
  return callError(NexconnTimeoutError, call, problem, { code: 'DEADLINE_EXCEEDED', retryable: true, cause });
}

/** Returns the error for a call that its own signal aborted; `cause` is the signal's reason. */
export function abortError(call: Call, cause: unknown): NexconnError {
  return callError(NexconnAbortError, call, 'was aborted by its signal.', { code: 'ABORTED', cause });
}

/** Returns the error for a call that waits for a permit when the client is closed; `cause` is the failure of its last attempt. */
export function closedError(call: Call, cause?: NexconnError): NexconnError {
  const problem = `${notSent(cause)}: the client was closed while it waited for a permit of the rate limit.`;
  return callError(NexconnAbortError, call, problem, { code: 'ABORTED', cause });
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
  const problem =
    `${notSent(cause)}: a permit of the rate limit would come in about ${expectedWaitMs} ms, ` +
    `and rateLimit.maxQueueMs is ${maxQueueMs}. Call again in ${retryAfterMs} ms, or raise it.`;
  const details = { code: 'QUEUE_TOO_LONG', retryable: true, expectedWaitMs, retryAfterMs, cause } as const;
  return callError(NexconnRateLimitError, call, problem, details);
}

/** Returns what became of a call that ends without another attempt; `failure` is that of its last one. */
export function notSent(failure: unknown): string {
  return failure ? 'was not sent again' : 'was not sent';
}
