import { SigningError } from '#platform';
import { type Call, detailsOf } from '../call/call.js';
import { NexconnConfigurationError, NexconnError, NexconnNetworkError, NexconnResponseError } from '../errors.js';
import { type Redact, safeCause } from '../redaction/safe-cause.js';
import { BodyTooLarge, bodyMaxBytes } from '../transport/transport.js';

/** Returns whatever an attempt threw as an error of this package. */
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
      code: 'INVALID_OPTION',
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

/** Returns the first error code in a chain of causes, such as `ECONNREFUSED`. */
function codeOf(error: Error | undefined): string | undefined {
  const code: unknown = error && Reflect.get(error, 'code');
  return typeof code === 'string' ? code : error?.cause instanceof Error ? codeOf(error.cause) : undefined;
}
