import { SigningError } from '#platform';
import { type Call, detailsOf } from '../call/call.js';
import {
  NexconnAbortError,
  NexconnConfigurationError,
  NexconnError,
  NexconnNetworkError,
  NexconnResponseError,
  NexconnTimeoutError,
} from '../errors.js';
import { BodyTooLarge, bodyMaxBytes } from '../transport/transport.js';
import { codeOf, createRedact, type Redact, safeCause, withoutLikelySecrets } from './safe-cause.js';

/** Makes the error for an attempt that took too long. */
export function timeoutError(call: Call, origin: string): NexconnError {
  const message = `${call.title} got no complete answer from ${origin} within ${call.timeoutMs} ms. Try again, or raise timeoutMs.`;
  return new NexconnTimeoutError(message, { code: 'TIMEOUT', retryable: true, ...detailsOf(call) });
}

/** Makes the error for a call that took too long; `cause` is what its last attempt came to. */
export function deadlineError(call: Call, cause: NexconnError | undefined): NexconnError {
  const message = `${call.title} did not end within ${call.deadlineMs} ms. Try again, or raise deadlineMs.`;
  return new NexconnTimeoutError(message, { code: 'DEADLINE_EXCEEDED', retryable: true, cause, ...detailsOf(call) });
}

/** Makes the error for the caller's own signal. */
export function abortError(call: Call, cause: unknown): NexconnAbortError {
  return new NexconnAbortError(`${call.title} was aborted by its signal.`, {
    code: 'ABORTED',
    cause,
    ...detailsOf(call),
  });
}

/** Makes the error for a provider of App Secrets that failed. */
export function secretError(error: unknown, call: Call, known: readonly string[]): NexconnError {
  const sent = call.attempts === 0 ? 'was not sent' : 'was not sent again';
  const isWrong = error instanceof NexconnError;
  const problem = isWrong ? `gave no App Secret: ${error.message}` : 'failed.';
  const message = `${call.title} ${sent}: the function given as appSecret ${problem} Mend it, or pass the secret itself.`;
  const redact = createRedact(known);
  const cause = isWrong ? undefined : safeCause(error, (text) => withoutLikelySecrets(redact(text)));
  return new NexconnConfigurationError(message, {
    code: 'INVALID_CONFIGURATION',
    option: 'appSecret',
    cause,
    ...detailsOf(call),
  });
}

/** Makes an error of this package out of whatever an attempt threw. */
export function attemptError(error: unknown, call: Call, origin: string, redact: Redact): NexconnError {
  if (error instanceof NexconnError) return error;
  const details = detailsOf(call);
  if (error instanceof BodyTooLarge) {
    const message = `${call.title} got a body of more than ${bodyMaxBytes} bytes from ${origin}. Check baseUrl.`;
    return new NexconnResponseError(message, { code: 'RESPONSE_TOO_LARGE', status: error.status, ...details });
  }
  const cause = safeCause(error, redact);
  if (error instanceof SigningError) {
    const message = `${call.title} could not be signed: ${cause?.message}`;
    return new NexconnConfigurationError(message, {
      code: 'INVALID_CONFIGURATION',
      option: error.field,
      cause,
      ...details,
    });
  }
  const found = codeOf(cause);
  const what = `the connection to ${origin} failed${found === undefined ? '' : ` (${found})`}`;
  const message = `${call.title} got no complete answer: ${what}. Check the network and the host, then try again.`;
  return new NexconnNetworkError(message, { code: 'NETWORK', retryable: true, cause, ...details });
}
