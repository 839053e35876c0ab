import type { NexconnError } from '../errors.js';

/** How calls are repeated, with every default in place. */
export interface RetryPlan {
  /** Whether a host is tried more than once. */
  readonly isOn: boolean;
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxRetryAfterMs: number;
}

/** Whether the failure says something of the host rather than of the call. */
export function isHostTrouble({ code, apiCode }: NexconnError): boolean {
  if (code === 'NETWORK' || code === 'TIMEOUT' || code === 'SERVICE_FAILED') return true;
  return apiCode === undefined && (code === 'UNEXPECTED_RESPONSE' || code === 'MALFORMED_RESPONSE');
}

/**
 * Gives the milliseconds before the next attempt: full jitter over a doubling range, but not before `Retry-After`.
 *
 * `attempts` have been made; `random` gives 0 to 1.
 */
export function retryDelayMs(
  { baseDelayMs, maxDelayMs, maxRetryAfterMs }: RetryPlan,
  attempts: number,
  retryAfterMs: number | undefined,
  random: () => number,
): number {
  const jitter = random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempts - 1));
  // The jitter comes on top, so that those who were told the same time do not all come back at it.
  return retryAfterMs === undefined ? jitter : Math.min(retryAfterMs, maxRetryAfterMs) + jitter;
}
