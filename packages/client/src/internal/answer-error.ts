import { type ErrorName, errorCatalogue } from '@nexconn-kit/contract';
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
import { type Call, detailsOf } from './call.js';
import { describeBody, type ResponseParts } from './response-parts.js';
import type { Redact } from './safe-cause.js';

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
} satisfies Partial<
  Record<NexconnErrorDetails['code'], new (message: string, details: NexconnErrorDetails) => NexconnError>
>;

type AnswerErrorCode = keyof typeof classes;

/** What the caller of a documented error would do; an error that is not listed goes by its HTTP status. */
const codeByName: Partial<Record<ErrorName, AnswerErrorCode>> = {
  UserNotFound: 'REQUEST_REJECTED',
  EndpointNotFound: 'REQUEST_REJECTED',
  ParameterInvalid: 'REQUEST_REJECTED',
  BodyMissing: 'REQUEST_REJECTED',
  ParameterTooLong: 'REQUEST_REJECTED',
  SignatureInvalid: 'SIGNATURE_REJECTED',
  AppSecretMismatch: 'CREDENTIALS_REJECTED',
  AppUnavailable: 'APP_UNAVAILABLE',
  CallRestricted: 'CALL_RESTRICTED',
  RateLimitExceeded: 'RATE_LIMITED',
  UserLimitReached: 'USER_LIMIT_REACHED',
  ServiceNotEnabled: 'SERVICE_NOT_ENABLED',
  InternalError: 'SERVICE_FAILED',
  InternalTimeout: 'SERVICE_FAILED',
};

const saidMaxLength = 200;

interface Refusal {
  readonly status: number;
  readonly apiCode: number;
  /** The API's own words. */
  readonly said: unknown;
}

/** Makes the error for an answer in the API's error shape. */
export function refusalError({ status, apiCode, said }: Refusal, call: Call, redact: Redact): NexconnError {
  const entry = Object.values(errorCatalogue).find((each) => each.code === apiCode);
  // The API answers a wrong method with the code that it also has for a refused IP address.
  const named = status === 405 ? 'REQUEST_REJECTED' : entry && codeByName[entry.name as ErrorName];
  const code = named ?? (status >= 400 ? codeByStatus(status, 'REQUEST_REJECTED') : 'UNEXPECTED_RESPONSE');
  const meaning = entry ? `${entry.meaning} ${entry.remedy}` : 'The error catalogue does not list this code.';
  const message = `${call.title} was refused with code ${apiCode} (HTTP ${status}). ${meaning}${quote(said, redact)}`;
  const retryable = entry?.retryable ?? isRetryable(status);
  return new classes[code](message, { code, apiCode, status, retryable, ...detailsOf(call) });
}

/** Makes the error for a response of another shape whose HTTP status is no success. */
export function statusError(parts: ResponseParts, call: Call): NexconnError {
  const { status, body } = parts;
  const code = codeByStatus(status, 'UNEXPECTED_RESPONSE');
  const shape = body === undefined ? `a body that is not JSON (${describeBody(parts)})` : "no error code of the API's";
  const message = `${call.title} got HTTP ${status} with ${shape}. ${adviceFor(status)}`;
  return new classes[code](message, { code, status, retryable: isRetryable(status), ...detailsOf(call) });
}

function codeByStatus(status: number, otherwise: AnswerErrorCode): AnswerErrorCode {
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 429) return 'RATE_LIMITED';
  return status === 408 || status >= 500 ? 'SERVICE_FAILED' : otherwise;
}

function isRetryable(status: number): boolean {
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
