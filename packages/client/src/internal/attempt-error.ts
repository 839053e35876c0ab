import { SigningError } from '@nexconn-kit/signing/webcrypto';
import {
  NexconnAbortError,
  NexconnConfigurationError,
  NexconnError,
  NexconnNetworkError,
  NexconnResponseError,
  NexconnTimeoutError,
} from '../errors.js';
import { type Call, detailsOf } from './call.js';
import { BodyTooLarge, bodyMaxBytes } from './read-body.js';
import { codeOf, type Redact, safeCause } from './safe-cause.js';
import type { DeadlineErrors } from './start-deadline.js';

/** The errors of an attempt to reach a URL that ends before its response does. */
export function deadlineErrors(call: Call, url: string): DeadlineErrors {
  const details = detailsOf(call);
  return {
    timeout(timeoutMs) {
      const message = `${call.title} got no complete answer from ${hostOf(url)} within ${timeoutMs} ms. Try again, or raise timeoutMs.`;
      return new NexconnTimeoutError(message, { code: 'TIMEOUT', retryable: true, ...details });
    },
    abort: (cause) => abortError(call, cause),
  };
}

/** Makes the error for the caller's own signal. */
export function abortError(call: Call, cause: unknown): NexconnAbortError {
  return new NexconnAbortError(`${call.title} was aborted by its signal.`, {
    code: 'ABORTED',
    cause,
    ...detailsOf(call),
  });
}

/** Makes an error of this package out of whatever an attempt threw. */
export function attemptError(error: unknown, call: Call, url: string, redact: Redact): NexconnError {
  if (error instanceof NexconnError) return error;
  const details = detailsOf(call);
  if (error instanceof BodyTooLarge) {
    const message = `${call.title} got a body of more than ${bodyMaxBytes} bytes from ${hostOf(url)}. Check baseUrl.`;
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
  const what = `the connection to ${hostOf(url)} failed${withCode(codeOf(cause))}`;
  const message = `${call.title} got no complete answer: ${what}. Check the network and the host, then try again.`;
  return new NexconnNetworkError(message, { code: 'NETWORK', retryable: true, cause, ...details });
}

function hostOf(url: string): string {
  return new URL(url).origin;
}

function withCode(code: string | undefined): string {
  return code === undefined ? '' : ` (${code})`;
}
