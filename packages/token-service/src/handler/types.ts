import type { TokenService, TokenUser } from '../types.js';
import type { ProblemCode } from './problem.js';

export type { ProblemCode };

/**
 * The handler of a request for a token. Never rejects. Needs no `this`. Of what the framework passes beside the request, the
 * `waitUntil` of an execution context is called, so that a token is stored also where the caller leaves.
 */
export type TokenHandler<Context extends readonly unknown[] = []> = (
  request: Request,
  ...context: Context
) => Promise<Response>;

/** What a token handler uses of a token service. */
export type Tokens = Pick<TokenService, 'get' | 'replace'>;

/** The options of a token handler. */
export interface TokenHandlerOptions<Context extends readonly unknown[] = []> {
  /**
   * Returns who is logged in to the app, by a session or a token of the app's own; `undefined` or `null` for nobody. It is
   * the only source of the user: nothing of the request's body is. One that throws means that it cannot be known now: the
   * answer is a 503, and `retryAfterMs` of the error, a day at most, is its `Retry-After`, with jitter; a mistake that
   * `opaqueUserId` refuses is a 500.
   *
   * It leaves the body unread. What the framework passes beside the request follows it.
   */
  readonly authenticate: (
    request: Request,
    ...context: Context
  ) => TokenUser | null | undefined | Promise<TokenUser | null | undefined>;
  /** After how long `authenticate` times out, in milliseconds; then the answer is a 503. Default: 5000. */
  readonly authenticateTimeoutMs?: number | undefined;
  /**
   * The log-in that a 401 asks for, as its `WWW-Authenticate`: a scheme, with parameters or without. With `Bearer`,
   * `error="invalid_token"` is added where one was sent. Default: `AppLogin`, for a log-in of the app's own.
   */
  readonly challenge?: string | undefined;
  /** Other origins whose pages may call (CORS), with cookies too, as `https://app.example.com`; never `*`. Default: none. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The one path that is answered; others are a 404. Default: every path, since routers choose it. */
  readonly path?: string | undefined;
  /** The largest body, in bytes. Default: 4096. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * For how long a body is waited for, in milliseconds, whatever the server's own time limits are; then the answer is a 400, and
   * Node closes the connection. A request whose `signal` aborts is not waited for. Default: 10000.
   */
  readonly bodyTimeoutMs?: number | undefined;
  /** The rate limit of one user on this instance, in requests a minute, at once or spread. Default: 10. */
  readonly requestsPerMinute?: number | undefined;
  /** Of how many users requests are counted; beyond that the count of the quietest is dropped. Default: 100000. */
  readonly maxUsersCounted?: number | undefined;
  /**
   * Called with the reason of an answer of 500 and above, which the caller is not told. One that throws is reported once,
   * as a warning of the process. Default: the reason is written to stderr, once per kind and minute, without user IDs and
   * without what may be a secret.
   */
  readonly onFailure?: ((failure: TokenHandlerFailure) => void) | undefined;
  /**
   * Returns 0 to 1, for the jitter of `Retry-After`. Default: `Math.random`, also where it throws or returns anything else.
   */
  readonly random?: (() => number) | undefined;
  /** Returns milliseconds that never go back; one that does counts on from there. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
}

/** What went wrong behind an answer; holds no token. */
export interface TokenHandlerFailure {
  readonly code: ProblemCode;
  readonly status: number;
  /** Undefined until it is known who asks. */
  readonly userId: string | undefined;
  /** What the user ID looks like, such as `a UUID`, where it is what was refused; holds no letter and no digit of it. */
  readonly userIdShape?: string | undefined;
  readonly error: unknown;
}
