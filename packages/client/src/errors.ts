import type { ValidationIssue } from '@nexconn-kit/contract';
import { createOptionChecks, type OptionChecks } from './check-options.js';
import { brandErrors } from './error-brand.js';

/** The stable codes of `NexconnError`: branch on these, never on a message. */
export type NexconnErrorCode =
  | 'INVALID_OPTION'
  | 'BROWSER_REFUSED'
  | 'INVALID_REQUEST'
  | 'REQUEST_REJECTED'
  | 'SIGNATURE_REJECTED'
  | 'CREDENTIALS_REJECTED'
  | 'APP_UNAVAILABLE'
  | 'CALL_RESTRICTED'
  | 'UNAUTHORIZED'
  | 'RATE_LIMITED'
  | 'QUEUE_TOO_LONG'
  | 'USER_LIMIT_REACHED'
  | 'SERVICE_NOT_ENABLED'
  | 'SERVICE_FAILED'
  | 'NETWORK'
  | 'PROXY_FAILED'
  | 'TIMEOUT'
  | 'DEADLINE_EXCEEDED'
  | 'ABORTED'
  | 'MALFORMED_RESPONSE'
  | 'UNEXPECTED_RESPONSE'
  | 'RESPONSE_TOO_LARGE';

/** What an error of this package carries beside its message. */
export interface NexconnErrorDetails {
  readonly code: NexconnErrorCode;
  /** The API's own error code, where the API answered. */
  readonly apiCode?: number | undefined;
  /** The HTTP status, where a response arrived. */
  readonly status?: number | undefined;
  /** The `X-Request-ID` that was sent. */
  readonly requestId?: string | undefined;
  readonly operationId?: string | undefined;
  /** How many attempts were made; 0 where nothing was sent. */
  readonly attempts?: number | undefined;
  /** Default: false. */
  readonly retryable?: boolean | undefined;
  readonly cause?: unknown;
}

/** The base of every error of this package; it holds no secret, token, signature or header. */
export class NexconnError extends Error {
  override readonly name: string = 'NexconnError';
  readonly code: NexconnErrorCode;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean;
  /** The API's own error code, where the API answered. */
  declare readonly apiCode?: number;
  /** The HTTP status, where a response arrived. */
  declare readonly status?: number;
  /** The `X-Request-ID` that was sent. */
  declare readonly requestId?: string;
  declare readonly operationId?: string;
  /** How many attempts were made; 0 where nothing was sent. */
  readonly attempts: number;

  constructor(message: string, { code, retryable = false, attempts = 0, cause, ...known }: NexconnErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable;
    this.attempts = attempts;
    // What is not known stays out of logs.
    for (const [name, value] of Object.entries(known)) if (value !== undefined) Reflect.set(this, name, value);
  }

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('client', this.code);
  }

  /** Returns what a log should hold: the message included, the cause left out. */
  toJSON(): Record<string, unknown> {
    return { ...Object.fromEntries(Object.entries(this)), message: this.message };
  }
}

/** The error for an option or an environment variable that is missing or wrong: mend the set-up. */
export class NexconnConfigurationError extends NexconnError {
  override readonly name = 'NexconnConfigurationError';
  declare readonly code: 'INVALID_OPTION' | 'BROWSER_REFUSED';
  /** The option to mend. */
  declare readonly option: string;

  // Asks for the option.
  constructor(message: string, details: NexconnErrorDetails & { readonly option: string }) {
    super(message, details);
  }
}

/** The error for a request that cannot succeed as it is: change it. */
export class NexconnRequestError extends NexconnError {
  override readonly name = 'NexconnRequestError';
  declare readonly code: 'INVALID_REQUEST' | 'REQUEST_REJECTED';
  /** What is wrong, field by field, with `INVALID_REQUEST` (nothing was sent); empty with `REQUEST_REJECTED`. */
  readonly issues: readonly ValidationIssue[];

  constructor(message: string, details: NexconnErrorDetails & { readonly issues?: readonly ValidationIssue[] }) {
    super(message, details);
    this.issues = details.issues ?? [];
  }
}

/** The error for a caller that the API does not accept as the app: check App Key, App Secret, clock and the console. */
export class NexconnAuthenticationError extends NexconnError {
  override readonly name = 'NexconnAuthenticationError';
  declare readonly code:
    | 'SIGNATURE_REJECTED'
    | 'CREDENTIALS_REJECTED'
    | 'APP_UNAVAILABLE'
    | 'CALL_RESTRICTED'
    | 'UNAUTHORIZED';
}

/** The error for too many calls in too short a time: slow down, then call again. */
export class NexconnRateLimitError extends NexconnError {
  override readonly name = 'NexconnRateLimitError';
  declare readonly code: 'RATE_LIMITED' | 'QUEUE_TOO_LONG';
  /** How long the wait for the rate limit would be, in milliseconds, with `QUEUE_TOO_LONG`. */
  declare readonly expectedWaitMs?: number;
  /** When to call again, in milliseconds, with `QUEUE_TOO_LONG`: another time for each caller, at most a minute. */
  declare readonly retryAfterMs?: number;

  constructor(
    message: string,
    details: NexconnErrorDetails & { readonly expectedWaitMs?: number; readonly retryAfterMs?: number },
  ) {
    super(message, details);
  }
}

/** The error for an app that may not register another user: raise the limit, or use the production app. */
export class NexconnUserLimitError extends NexconnError {
  override readonly name = 'NexconnUserLimitError';
  declare readonly code: 'USER_LIMIT_REACHED';
}

/** The error for an app that lacks the service: enable it in the console. */
export class NexconnServiceNotEnabledError extends NexconnError {
  override readonly name = 'NexconnServiceNotEnabledError';
  declare readonly code: 'SERVICE_NOT_ENABLED';
}

/** The error for a failure of the API or a gateway in front of it: call again later. */
export class NexconnServiceError extends NexconnError {
  override readonly name = 'NexconnServiceError';
  declare readonly code: 'SERVICE_FAILED';
}

/** The error for a connection that failed, or that a proxy did not open: check the network or the proxy, then call again. */
export class NexconnNetworkError extends NexconnError {
  override readonly name = 'NexconnNetworkError';
  declare readonly code: 'NETWORK' | 'PROXY_FAILED';
}

/** The error for no complete response within `timeoutMs`, or no final one within `deadlineMs`: call again. */
export class NexconnTimeoutError extends NexconnError {
  override readonly name = 'NexconnTimeoutError';
  declare readonly code: 'TIMEOUT' | 'DEADLINE_EXCEEDED';
}

/** The error for a call that its own signal aborted; `cause` is the signal's reason. */
export class NexconnAbortError extends NexconnError {
  override readonly name = 'NexconnAbortError';
  declare readonly code: 'ABORTED';
}

/** The error for a response that the API does not document: check `baseUrl` and what stands in between. */
export class NexconnResponseError extends NexconnError {
  override readonly name = 'NexconnResponseError';
  declare readonly code: 'MALFORMED_RESPONSE' | 'UNEXPECTED_RESPONSE' | 'RESPONSE_TOO_LARGE';
}

brandErrors('client', {
  NexconnError,
  NexconnConfigurationError,
  NexconnRequestError,
  NexconnAuthenticationError,
  NexconnRateLimitError,
  NexconnUserLimitError,
  NexconnServiceNotEnabledError,
  NexconnServiceError,
  NexconnNetworkError,
  NexconnTimeoutError,
  NexconnAbortError,
  NexconnResponseError,
});

/** Returns the address of what the documentation says of an error. The same stands in each package with errors; a test compares them. */
function docUrlOf(area: string, code: string): string {
  return `https://nexconn-kit.github.io/nexconn-kit/errors.html#${area}-${code}`;
}

/** Throws the error for a wrong option; `problem` begins with a verb. @throws {NexconnConfigurationError} INVALID_OPTION */
export function refuseOption(option: string, problem: string): never {
  throw new NexconnConfigurationError(`${option} ${problem}`, { code: 'INVALID_OPTION', option });
}

/** The checks of options. @throws {NexconnConfigurationError} INVALID_OPTION */
export const optionChecks: OptionChecks = createOptionChecks(refuseOption);
