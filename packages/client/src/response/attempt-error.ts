import { SigningError } from '#platform';
import { type Call, detailsOf } from '../call/call.js';
import {
  NexconnConfigurationError,
  NexconnError,
  NexconnNetworkError,
  NexconnRateLimitError,
  NexconnResponseError,
  NexconnServiceError,
} from '../errors.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { type Redact, safeCause } from '../redaction/safe-cause.js';
import { BodyTooLarge, bodyMaxBytes, ProxyFailure, TransportUnusable } from '../transport/transport.js';
import { isRetryable } from './api-error.js';
import { type Fault, findFault } from './find-fault.js';

/** Returns whatever an attempt threw as an error of this package; the origin is empty where it was not sent yet. */
export function attemptError(error: unknown, call: Call, origin: string, redact: Redact): NexconnError {
  if (error instanceof NexconnError) return error;
  const details = detailsOf(call);
  if (error instanceof BodyTooLarge) return tooLargeError(error, call, origin);
  const cause = safeCause(error instanceof TransportUnusable ? error.cause : error, redact);
  // Nothing has been sent: it is the signer, or one of the functions that the app gave for the nonce and the time.
  if (origin === '') {
    const words = redactLikelySecrets(cause?.message ?? '');
    const message = `${call.title} could not be signed: ${words}`;
    return new NexconnConfigurationError(message, {
      code: 'INVALID_OPTION',
      option: error instanceof SigningError ? error.field : 'nonce or now',
      cause,
      ...details,
    });
  }
  if (error instanceof ProxyFailure) return proxyError(error, cause, call, origin);
  const fault = findFault(error);
  if (fault?.error.message === 'bad port') {
    const message = `${call.title} could not be sent: fetch never calls the port of ${origin}. Give baseUrl another port.`;
    return new NexconnConfigurationError(message, { code: 'INVALID_OPTION', option: 'baseUrl', cause, ...details });
  }
  const problem = error instanceof TransportUnusable ? error.message : mistake(fault, redact);
  if (problem !== undefined) {
    const message = `${call.title} could not be sent: ${redactLikelySecrets(redact(problem))}`;
    return new NexconnConfigurationError(message, { code: 'INVALID_OPTION', option: 'fetch', cause, ...details });
  }
  const found = codeOf(cause);
  const what = `the connection to ${origin} failed${found === undefined ? '' : ` (${found})`}`;
  const message = `${call.title} got no complete answer: ${what}. ${adviceOn(fault, found)}`;
  return new NexconnNetworkError(message, { code: 'NETWORK', retryable: fault === undefined, cause, ...details });
}

function mistake(fault: Fault | undefined, redact: Redact): string | undefined {
  if (fault?.kind !== 'program') return undefined;
  // It goes into logs, and the function may have put anything into it.
  const words = redact(`${fault.error.name}: ${fault.error.message}`).slice(0, 200);
  return `what sends it threw ${words}. Mend the function given as fetch, or what the request is made of.`;
}

function adviceOn(fault: Fault | undefined, code: string | undefined): string {
  if (fault?.kind === 'certificate') return certificateAdvice;
  if (fault) return 'What answers there speaks no TLS that is accepted here: check baseUrl, and any proxy.';
  if (isOwnShortage(code)) return 'Raise the limits of this machine (ulimit -n).';
  return networkAdvice;
}

const networkAdvice = 'Check the network and the host, then try again.';
const certificateAdvice =
  'Its certificate is not trusted here: where a proxy or a mock has a certificate authority of its own, ' +
  'name its file in NODE_EXTRA_CA_CERTS; else check the host and the clock.';

function proxyError(failure: ProxyFailure, cause: Error | undefined, call: Call, origin: string): NexconnError {
  const isUntrusted = findFault(cause)?.kind === 'certificate';
  const { problem, code, retryable, advice } = failure.explain(origin, codeOf(cause), isUntrusted);
  const message = `${call.title} ${problem} ${advice ?? (isUntrusted ? certificateAdvice : networkAdvice)}`;
  return new NexconnNetworkError(message, { code, retryable, cause, ...detailsOf(call) });
}

/** Whether an error code says that this machine has no more of what a connection needs. */
export function isOwnShortage(code: string | undefined): boolean {
  return /^(E[MN]FILE|ENOBUFS|ENOMEM|EADDRNOTAVAIL)$/.test(code ?? '');
}

/** Returns the error for a body that is too long; the status counts where it says that the host is in trouble. */
function tooLargeError({ status }: BodyTooLarge, call: Call, origin: string): NexconnError {
  const details = { status, ...detailsOf(call) };
  const message = `${call.title} got HTTP ${status} with a body of more than ${bodyMaxBytes} bytes from ${origin}.`;
  const later = `${message} Try again after a short wait.`;
  if (status === 429) return new NexconnRateLimitError(later, { code: 'RATE_LIMITED', retryable: true, ...details });
  if (isRetryable(status))
    return new NexconnServiceError(later, { code: 'SERVICE_FAILED', retryable: true, ...details });
  return new NexconnResponseError(`${message} Check baseUrl.`, { code: 'RESPONSE_TOO_LARGE', ...details });
}

/** Returns the first error code in a chain of causes, such as `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : codeOf(error.cause);
}
