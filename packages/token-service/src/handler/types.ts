import type { TokenUser } from '../types.js';
import type { ProblemCode } from './problem.js';

export type { ProblemCode };

/** Answers a request for a token. Never rejects. Needs no `this`. */
export type TokenHandler<Context extends readonly unknown[] = []> = (
  request: Request,
  ...context: Context
) => Promise<Response>;

/** How a token handler works. */
export interface TokenHandlerOptions<Context extends readonly unknown[] = []> {
  /**
   * Says who is logged in to the app, by a session or a token of the app's own; `undefined` or `null` for nobody. It is
   * the only source of the user: nothing of the request's body comes into it. Throwing means that it cannot be said now.
   *
   * It leaves the body unread. What the framework passes beside the request comes behind it.
   */
  readonly authenticate: (
    request: Request,
    ...context: Context
  ) => TokenUser | null | undefined | Promise<TokenUser | null | undefined>;
  /** How long `authenticate` may take, in milliseconds; then the answer is a 503. Default: 5000. */
  readonly authenticateTimeoutMs?: number | undefined;
  /**
   * Which log-in a 401 asks for, as its `WWW-Authenticate`: a scheme, with parameters or without. With `Bearer`,
   * `error="invalid_token"` is added where one was sent. Default: `AppLogin`, for a log-in of the app's own.
   */
  readonly challenge?: string | undefined;
  /** Other origins whose pages may ask, with cookies too, as `https://app.example.com`. Default: none. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The one path that is answered; others get a 404. Default: every path, since routers choose it. */
  readonly path?: string | undefined;
  /** The largest body, in bytes. Default: 4096. */
  readonly maxBodyBytes?: number | undefined;
  /** How often one user may ask in a minute, at once or spread, on this instance. Default: 10. */
  readonly requestsPerMinute?: number | undefined;
  /** Of how many users requests are counted; beyond that the quietest starts anew. Default: 100000. */
  readonly maxUsersCounted?: number | undefined;
  /** Takes what went wrong behind an answer of 500 and above, which the caller is not told. Default: nobody. */
  readonly onFailure?: ((failure: TokenHandlerFailure) => void) | undefined;
  /** Spreads `Retry-After`; gives 0 to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Gives milliseconds that never go back. Default: `performance.now`. */
  readonly clock?: (() => number) | undefined;
}

/** What went wrong behind an answer; holds no token. */
export interface TokenHandlerFailure {
  readonly code: ProblemCode;
  readonly status: number;
  /** Undefined until it is known who asks. */
  readonly userId: string | undefined;
  readonly error: unknown;
}
