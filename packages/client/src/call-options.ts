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
  /** Ends the call at any moment, waits included, with a `NexconnAbortError`. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of one attempt, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** Deadline of the whole call, in milliseconds from its start. Default: the client's. */
  readonly deadlineMs?: number | undefined;
  /** Who goes first where calls wait for the rate limit. Default: `interactive`. */
  readonly priority?: Priority | undefined;
  /**
   * Called, and waited for, once the call has its permit of the rate limit, before its first attempt. What it throws ends
   * the call, as do `signal` and `deadlineMs` while it is waited for, and the permit is another call's. Default: none.
   */
  readonly onPermit?: (() => void | Promise<void>) | undefined;
  /** Receives what is known of the attempt that succeeded, with the ID of the App Secret that signed it, before the call resolves. Default: none. */
  readonly onAccepted?: ((accepted: AcceptedAttempt) => void) | undefined;
  /** Sent as `X-Request-ID` with every attempt, 1 to 36 visible ASCII characters. Default: a new UUID. */
  readonly requestId?: string | undefined;
}
