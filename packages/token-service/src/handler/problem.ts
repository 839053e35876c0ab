import { isTokenServiceError } from '../errors.js';
import type { components } from '../generated/types.gen.js';
import { legible } from '../redaction/safe-cause.js';

/** Why there is no token, as the endpoint's answer says. */
export type ProblemCode = components['schemas']['ProblemCode'];

const statuses = {
  INVALID_REQUEST: 400,
  NOT_SIGNED_IN: 401,
  ORIGIN_REFUSED: 403,
  USER_NOT_YOURS: 403,
  ENDPOINT_UNKNOWN: 404,
  METHOD_REFUSED: 405,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_REFUSED: 415,
  TOO_MANY_REQUESTS: 429,
  COOLING_DOWN: 429,
  INTERNAL_ERROR: 500,
  ISSUE_FAILED: 502,
  TRY_LATER: 503,
} as const satisfies Record<ProblemCode, number>;

/** The properties of a problem beside its message. */
export interface ProblemDetails {
  readonly retryAfterMs?: number | undefined;
  /** Whether each caller gets another time, so that it needs no jitter. Default: false. */
  readonly isSpread?: boolean;
  /** What went wrong behind the answer, for `onFailure` alone. */
  readonly cause?: unknown;
}

/**
 * An answer without a token, thrown where it is found. Its message is for the caller: it holds nothing but what stands in this
 * source. It is no `Error`, whose stack, which nobody sees, would cost as much as the rest of an answer to a crowd.
 */
export class Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
  readonly isSpread: boolean;
  readonly cause: unknown;

  constructor(code: ProblemCode, message: string, { retryAfterMs, isSpread = false, cause }: ProblemDetails = {}) {
    this.code = code;
    this.message = message;
    this.cause = legible(cause);
    this.retryAfterMs = retryAfterMs;
    this.isSpread = isSpread;
  }

  get status(): number {
    return statuses[this.code];
  }
}

/** Returns the problem for anything thrown; of what failed behind it the caller learns no word. */
export function toProblem(given: unknown): Problem {
  const thrown = legible(given);
  if (thrown instanceof Problem) return thrown;
  if (isTokenServiceError(thrown)) {
    const { code, retryAfterMs } = thrown;
    if (code === 'TRY_LATER' || code === 'STORE_FAILED') return tryLater(thrown, retryAfterMs);
    if (code === 'QUEUE_FULL') return tryLater(thrown, retryAfterMs, true);
    if (code === 'COOLING_DOWN') {
      const message = 'The token was issued only just now. Ask again later.';
      return new Problem('COOLING_DOWN', message, { retryAfterMs, cause: thrown });
    }
    if (code === 'ISSUE_FAILED') return new Problem('ISSUE_FAILED', 'No token can be issued.', { cause: thrown });
  }
  return new Problem('INTERNAL_ERROR', 'The server failed.', { cause: thrown });
}

/** Returns the problem for trouble that passes. */
export function tryLater(cause: unknown, retryAfterMs = 2_000, isSpread = false): Problem {
  return new Problem('TRY_LATER', 'No token can be given now. Ask again later.', {
    retryAfterMs,
    isSpread,
    cause,
  });
}

/** Spread over at least this long, a crowd that was sent away does not come back at once. */
const minSpreadMs = 5_000;

/** Returns the `Retry-After` of a problem, with jitter; undefined where waiting does not help. */
export function retryAfterSeconds({ code, retryAfterMs, isSpread }: Problem, random: () => number): number | undefined {
  if (retryAfterMs === undefined) return undefined;
  // Were it always rounded up, those of one second would come at once.
  if (isSpread) return Math.max(1, Math.floor(retryAfterMs / 1000 + random()));
  // Those who were refused for what they did themselves come one by one anyhow.
  const spreadMs = code === 'TRY_LATER' ? random() * Math.max(minSpreadMs, retryAfterMs) : 0;
  return Math.max(1, Math.ceil((retryAfterMs + spreadMs) / 1000));
}
