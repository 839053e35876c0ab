/** The stable codes of `TokenSourceError`: branch on these, never on a message. */
export type TokenSourceErrorCode =
  | 'INVALID_OPTION'
  | 'LOGIN_REQUIRED'
  | 'UNAVAILABLE'
  | 'REFUSED'
  | 'MALFORMED_ANSWER'
  | 'WRONG_USER'
  | 'TOKEN_FIXED'
  | 'STORAGE_FAILED'
  | 'CLEARED'
  | 'ABORTED';

/** What an error tells beside its message. */
export interface TokenSourceErrorDetails {
  /** The HTTP status, where the app server answered. */
  readonly status?: number | undefined;
  /** When to ask again, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** There is no token; holds none either. */
export class TokenSourceError extends Error {
  override readonly name: string = 'TokenSourceError';
  declare readonly code: TokenSourceErrorCode;
  /** The HTTP status, where the app server answered. */
  declare readonly status?: number;
  /** When to ask again, in milliseconds, where the app server said so. */
  declare readonly retryAfterMs?: number;

  constructor(
    code: TokenSourceErrorCode,
    message: string,
    { status, retryAfterMs, cause }: TokenSourceErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (status !== undefined) this.status = status;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** The app server does not know the caller any more (401, 403): have the user log in again. */
export class LoginRequiredError extends TokenSourceError {
  override readonly name = 'LoginRequiredError';
  declare readonly code: 'LOGIN_REQUIRED';

  constructor(status: number) {
    super('LOGIN_REQUIRED', `The app server answered ${status}: have the user log in again.`, { status });
  }
}
