import type { NexconnError, NexconnRateLimitError, NexconnRequestError } from '@nexconn-kit/client';
import { createOptionChecks, type OptionChecks } from './check-options.js';
import { brandErrors } from './error-brand.js';

/** The stable codes of `TokenServiceError`. */
export type TokenServiceErrorCode =
  | 'INVALID_OPTION'
  | 'INVALID_USER'
  | 'ISSUE_FAILED'
  | 'TRY_LATER'
  | 'QUEUE_FULL'
  | 'COOLING_DOWN'
  | 'STORE_FAILED'
  | 'EXPIRE_FAILED'
  | 'ABORTED';

/** The properties of a `TokenServiceError` beside its message. */
export interface TokenServiceErrorDetails {
  readonly code: TokenServiceErrorCode;
  /** After how long to try again, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The error of the call to the API, with ISSUE_FAILED, TRY_LATER and EXPIRE_FAILED. */
  readonly apiError?: NexconnError | undefined;
  /** Default: `apiError`. */
  readonly cause?: unknown;
}

/** The error of this package; holds no token and no secret. */
export class TokenServiceError extends Error {
  override readonly name = 'TokenServiceError';
  readonly code: TokenServiceErrorCode;
  /** After how long to try again, in milliseconds, where that may help. */
  readonly retryAfterMs: number | undefined;
  /** The error of the call to the API, with ISSUE_FAILED, TRY_LATER and EXPIRE_FAILED; undefined where no call was the reason. */
  declare readonly apiError: NexconnError | undefined;

  constructor(message: string, { code, retryAfterMs, apiError, cause = apiError }: TokenServiceErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    // Logs show it as the cause already.
    Object.defineProperty(this, 'apiError', { value: apiError, enumerable: false });
  }

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('token-service', this.code);
  }
}

brandErrors('token-service', { TokenServiceError });

/** Returns the address of what the documentation says of an error. The same stands in each package with errors; a test compares them. */
function docUrlOf(area: string, code: string): string {
  return `https://nexconn-kit.github.io/nexconn-kit/errors.html#${area}-${code}`;
}

/**
 * Whether something thrown is an error of this package, or below of the client. By its name, whichever version of a package
 * in the tree has made it: this one does not load the client.
 */
export function isTokenServiceError(thrown: unknown): thrown is TokenServiceError {
  return thrown instanceof Error && thrown.name === 'TokenServiceError';
}

/** Whether it is an error of this package after which waiting may help. */
export function isPassing(thrown: unknown): thrown is TokenServiceError & { readonly retryAfterMs: number } {
  return isTokenServiceError(thrown) && thrown.retryAfterMs !== undefined;
}

export function isClientError(thrown: unknown): thrown is NexconnError {
  return thrown instanceof Error && /^Nexconn\w*Error$/.test(thrown.name) && 'retryable' in thrown;
}

export function isRequestError(thrown: unknown): thrown is NexconnRequestError {
  return isClientError(thrown) && thrown.name === 'NexconnRequestError';
}

/** Whether a request was refused before it was sent. */
export function isUnsent(thrown: unknown): boolean {
  return isRequestError(thrown) && (thrown.attempts ?? 0) === 0;
}

export function isRateLimitError(thrown: unknown): thrown is NexconnRateLimitError {
  return isClientError(thrown) && thrown.name === 'NexconnRateLimitError';
}

/** Throws the error for a wrong option; `problem` begins with a verb. @throws {TokenServiceError} INVALID_OPTION */
export function refuseOption(option: string, problem: string): never {
  throw new TokenServiceError(`${option} ${problem}`, { code: 'INVALID_OPTION' });
}

/** Returns an option that is an AbortSignal or left out. @throws {TokenServiceError} INVALID_OPTION */
export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof signal?.removeEventListener === 'function') return signal;
  return refuseOption('signal', 'is no AbortSignal. Pass that of an AbortController, or leave it out.');
}

/** The checks of options. @throws {TokenServiceError} INVALID_OPTION */
export const optionChecks: OptionChecks = createOptionChecks(refuseOption);
