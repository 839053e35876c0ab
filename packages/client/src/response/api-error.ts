import type { Call } from '../call/call.js';
import { callError } from '../call/call-errors.js';
import {
  NexconnAuthenticationError,
  type NexconnError,
  type NexconnErrorDetails,
  NexconnRateLimitError,
  NexconnRequestError,
  NexconnResponseError,
  NexconnServiceError,
  NexconnServiceNotEnabledError,
  NexconnUserLimitError,
} from '../errors.js';
import type { Redact } from '../redaction/safe-cause.js';
import type { AnswerErrorCode } from '../table-types.js';
import type { HttpResponse } from '../transport/transport.js';

const classes = {
  REQUEST_REJECTED: NexconnRequestError,
  SIGNATURE_REJECTED: NexconnAuthenticationError,
  CREDENTIALS_REJECTED: NexconnAuthenticationError,
  APP_UNAVAILABLE: NexconnAuthenticationError,
  CALL_RESTRICTED: NexconnAuthenticationError,
  UNAUTHORIZED: NexconnAuthenticationError,
  RATE_LIMITED: NexconnRateLimitError,
  USER_LIMIT_REACHED: NexconnUserLimitError,
  SERVICE_NOT_ENABLED: NexconnServiceNotEnabledError,
  SERVICE_FAILED: NexconnServiceError,
  UNEXPECTED_RESPONSE: NexconnResponseError,
} satisfies Record<AnswerErrorCode, new (message: string, details: NexconnErrorDetails) => NexconnError>;

const saidMaxLength = 200;

interface Refusal {
  readonly status: number;
  readonly apiCode: number;
  /** The API's own message. */
  readonly said: unknown;
}

/** Returns the error for an answer in the API's error shape. */
export function refusalError({ status, apiCode, said }: Refusal, call: Call, redact: Redact): NexconnError {
  const { errors, codes } = call.api;
  const documented = errors[apiCode];
  const meantStatus = documented?.httpStatus ?? status;
  const byStatus = codeByStatus(meantStatus, meantStatus < 400 ? 'UNEXPECTED_RESPONSE' : 'REQUEST_REJECTED');
  // The API answers a wrong method with the code that it also has for a refused IP address.
  const code = status === 405 ? 'REQUEST_REJECTED' : (codes[apiCode] ?? byStatus);
  const explanation = documented?.explanation ?? 'The error catalogue does not list this code.';
  const problem = `was refused with code ${apiCode} (HTTP ${status}). ${explanation}${quote(said, redact)}`;
  const retryable = documented?.retryable ?? isRetryable(status);
  return callError(classes[code], call, problem, { code, apiCode, status, retryable });
}

/** Returns the error for a response of another shape whose HTTP status is no success. */
export function statusError(body: unknown, response: HttpResponse, call: Call): NexconnError {
  const { status } = response;
  const code = codeByStatus(status, 'UNEXPECTED_RESPONSE');
  const shape =
    body === undefined ? `a body that is not JSON (${describeBody(response)})` : "no error code of the API's";
  return errorOf(code, status, call, `got HTTP ${status} with ${shape}. ${adviceFor(status)}`);
}

function errorOf(code: AnswerErrorCode, status: number, call: Call, problem: string): NexconnError {
  return callError(classes[code], call, problem, { code, status, retryable: isRetryable(status) });
}

/** Returns the error for an answer that the API refused a call with, and says so by the HTTP status alone. */
export function plainRefusalError(status: number, call: Call): NexconnError {
  const code = codeByStatus(status, 'REQUEST_REJECTED');
  return errorOf(code, status, call, `was refused with HTTP ${status}.`);
}

/** Returns type and size of a body without a word of it: it may hold a token. */
export function describeBody({ headers, bytes }: HttpResponse): string {
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(String(headers['content-type']))?.[0] ?? 'no content type';
  return bytes === undefined ? type : `${type}, ${bytes.byteLength} bytes`;
}

function codeByStatus(status: number, otherwise: AnswerErrorCode): AnswerErrorCode {
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 429) return 'RATE_LIMITED';
  return isRetryable(status) ? 'SERVICE_FAILED' : otherwise;
}

/** Whether a status is one of a host in trouble rather than of the request. */
export function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function adviceFor(status: number): string {
  // A browser's fetch hides the status of a redirect behind 0.
  if (status < 400) return 'A signed request follows no redirect; set baseUrl to where it leads.';
  if (status === 429) return 'Send fewer requests a second, and try again after a wait.';
  if (isRetryable(status)) return 'Try again after a short wait.';
  return 'Check baseUrl and what stands between here and the API.';
}

function quote(said: unknown, redact: Redact): string {
  if (typeof said !== 'string' || said === '') return '';
  const printable = redact(said).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  const short = printable.length > saidMaxLength ? `${printable.slice(0, saidMaxLength)}…` : printable;
  return ` The API says: "${short}"`;
}
