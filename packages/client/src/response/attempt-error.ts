import { SigningError } from '#platform';
import type { Call } from '../call/call.js';
import { callError } from '../call/call-errors.js';
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
  if (error instanceof BodyTooLarge) return tooLargeError(error, call, origin);
  const cause = safeCause(error instanceof TransportUnusable ? error.cause : error, redact);
  // Nothing has been sent: it is the signer, or one of the functions that the app gave for the nonce and the time.
  if (origin === '') {
    const words = redactLikelySecrets(cause?.message ?? '');
    const option = error instanceof SigningError ? error.field : 'nonce or now';
    return unsendable(call, `signed: ${words}`, option, cause);
  }
  if (error instanceof ProxyFailure) return proxyError(error, cause, call, origin);
  const fault = findFault(error);
  if (fault?.error.message === 'bad port') {
    const words = `fetch never calls the port of ${origin}. Give baseUrl another port.`;
    return unsendable(call, `sent: ${words}`, 'baseUrl', cause);
  }
  const problem = error instanceof TransportUnusable ? error.message : mistake(fault, redact);
  if (problem !== undefined) {
    return unsendable(call, `sent: ${redactLikelySecrets(redact(problem))}`, 'fetch', cause);
  }
  const found = codeOf(cause);
  const what = `the connection to ${origin} failed${found === undefined ? '' : ` (${found})`}`;
  const said = `got no complete answer: ${what}. ${adviceOn(fault, found)}`;
  return callError(NexconnNetworkError, call, said, { code: 'NETWORK', retryable: fault === undefined, cause });
}

/** Returns the error for an attempt that an option keeps from being signed or sent. */
function unsendable(call: Call, problem: string, option: string, cause: Error | undefined): NexconnError {
  return callError(NexconnConfigurationError, call, `could not be ${problem}`, {
    code: 'INVALID_OPTION',
    option,
    cause,
  });
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
  const said = `${problem} ${advice ?? (isUntrusted ? certificateAdvice : networkAdvice)}`;
  return callError(NexconnNetworkError, call, said, { code, retryable, cause });
}

/** Whether an error code says that this machine has no more of what a connection needs. */
export function isOwnShortage(code: string | undefined): boolean {
  return /^(E[MN]FILE|ENOBUFS|ENOMEM|EADDRNOTAVAIL)$/.test(code ?? '');
}

/** Returns the error for a body that is too long; the status counts where it says that the host is in trouble. */
function tooLargeError({ status }: BodyTooLarge, call: Call, origin: string): NexconnError {
  const said = `got HTTP ${status} with a body of more than ${bodyMaxBytes} bytes from ${origin}.`;
  const later = `${said} Try again after a short wait.`;
  if (status === 429)
    return callError(NexconnRateLimitError, call, later, { code: 'RATE_LIMITED', retryable: true, status });
  if (isRetryable(status))
    return callError(NexconnServiceError, call, later, { code: 'SERVICE_FAILED', retryable: true, status });
  return callError(NexconnResponseError, call, `${said} Check baseUrl.`, { code: 'RESPONSE_TOO_LARGE', status });
}

/** Returns the first error code in a chain of causes, such as `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : codeOf(error.cause);
}
