/** The stable codes of `TokenServiceError`. */
export type TokenServiceErrorCode =
  | 'INVALID_OPTION'
  | 'INVALID_USER'
  | 'ISSUE_FAILED'
  | 'TRY_LATER'
  | 'QUEUE_FULL'
  | 'COOLING_DOWN'
  | 'STORE_FAILED'
  | 'ABORTED';

/** What an error tells beside its message. */
export interface TokenServiceErrorDetails {
  readonly code: TokenServiceErrorCode;
  /** When to ask again, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** No token can be given now; holds no token and no secret. */
export class TokenServiceError extends Error {
  override readonly name = 'TokenServiceError';
  readonly code: TokenServiceErrorCode;
  /** When to ask again, in milliseconds, where asking again may help. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { code, retryAfterMs, cause }: TokenServiceErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
