/** The longest time that is foretold: what is foreseen for later seldom comes true. */
const horizonMs = 60_000;
/** Requests that come back find the queue filled to this part, so that it neither runs dry nor sends them away again. */
const filledPart = 1 / 2;

/** When the requests that found the queue full should be made again. */
export interface RetryTimes {
  /** Returns the milliseconds until then, for a queue of `queueMs` in which one request takes `spacingMs`. */
  readonly afterMs: (now: number, queueMs: number, spacingMs: number) => number;
  /** Forgets them all: the queue has run dry, so those that were told to come back have stayed away. */
  readonly forget: () => void;
}

/**
 * Creates the times, one after the other in step with the limit: a crowd that is told the same time comes back as one,
 * and leaves permits unused until then.
 */
export function createRetryTimes(random: () => number = Math.random): RetryTimes {
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    afterMs(now, queueMs, spacingMs) {
      const soonestMs = Math.min(queueMs * filledPart, horizonMs);
      const at = Math.max(nextAt, now + soonestMs);
      if (at > now + horizonMs) return soonestMs + random() * (horizonMs - soonestMs);
      nextAt = at + spacingMs;
      return at - now;
    },
    forget() {
      nextAt = Number.NEGATIVE_INFINITY;
    },
  };
}
