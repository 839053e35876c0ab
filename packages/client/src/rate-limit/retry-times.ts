/** Nobody is told to stay away for longer, since what is foreseen for later seldom comes true. */
const horizonMs = 60_000;
/** Who comes back finds the queue filled to this part, so that it neither runs dry nor sends them away again. */
const filledPart = 1 / 2;

/** When those who found the queue full should come back. */
export interface ComeBacks {
  /** Gives the milliseconds until then, for a queue of so many milliseconds in which one turn takes `paceMs`. */
  readonly afterMs: (now: number, queueMs: number, paceMs: number) => number;
  /** The queue has run dry: those who were told to come back have stayed away. */
  readonly forget: () => void;
}

/**
 * Makes the appointments of those who found the queue full: one after the other in step with the limit, since a crowd
 * that is told the same would come back as one, and leave turns unused in between.
 */
export function createComeBacks(random: () => number = Math.random): ComeBacks {
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    afterMs(now, queueMs, paceMs) {
      const soonestMs = Math.min(queueMs * filledPart, horizonMs);
      const at = Math.max(nextAt, now + soonestMs);
      if (at > now + horizonMs) return soonestMs + random() * (horizonMs - soonestMs);
      nextAt = at + paceMs;
      return at - now;
    },
    forget() {
      nextAt = Number.NEGATIVE_INFINITY;
    },
  };
}
