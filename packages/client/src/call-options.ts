/** The order of calls that wait for the rate limit: all `interactive` ones go before any of `bulk`. */
export type Priority = 'interactive' | 'bulk';

/** The attempt that a call succeeded with. */
export interface AcceptedAttempt {
  /** Of the App Secret that signed it; a token is void once that secret is. */
  readonly secretId: string;
  readonly requestId: string | undefined;
  /** How many were made, this one included. */
  readonly attempts: number;
}

/** The options of one call. */
export interface CallOptions {
  /** Ends the call with a `NexconnAbortError`. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of one attempt, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** Deadline of the whole call, in milliseconds from its start. Default: the client's. */
  readonly deadlineMs?: number | undefined;
  /** Default: `interactive`. */
  readonly priority?: Priority | undefined;
  /**
   * Called, and waited for, once the call has its permit of the rate limit, before its first attempt. What it throws ends
   * the call, and the permit is another call's.
   */
  readonly onPermit?: (() => void | Promise<void>) | undefined;
  /** Receives what is known of the attempt that succeeded, before the call resolves. */
  readonly onAccepted?: ((accepted: AcceptedAttempt) => void) | undefined;
  /** Sent as `X-Request-ID`, 1 to 36 visible ASCII characters. Default: a new UUID. */
  readonly requestId?: string | undefined;
}
