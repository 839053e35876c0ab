/** Tells the times of a store by the local clock. */
export interface StoreClock {
  /** Learns from one question: the store counted at `storeMs`, some time between asking and the answer. */
  readonly learn: (storeMs: number, askedAt: number, answeredAt: number) => void;
  readonly toLocal: (storeMs: number) => number;
  readonly toStore: (localMs: number) => number;
}

/** How far two clocks drift apart in a millisecond, at the most. */
const drift = 0.001;

/**
 * Makes a clock that goes by the quickest answer of late: a slow one, such as a busy event loop makes, tells little of
 * when the store counted.
 */
export function createStoreClock(): StoreClock {
  let offsetMs = 0;
  let uncertainMs = Number.POSITIVE_INFINITY;
  let learntAt = 0;
  return {
    learn(storeMs, askedAt, answeredAt) {
      const newOffsetMs = (askedAt + answeredAt) / 2 - storeMs;
      const newUncertainMs = (answeredAt - askedAt) / 2;
      const oldUncertainMs = uncertainMs + (answeredAt - learntAt) * drift;
      const wasSet = Math.abs(newOffsetMs - offsetMs) > newUncertainMs + oldUncertainMs;
      if (newUncertainMs > oldUncertainMs && !wasSet) return;
      offsetMs = newOffsetMs;
      uncertainMs = newUncertainMs;
      learntAt = answeredAt;
    },
    toLocal: (storeMs) => storeMs + offsetMs,
    toStore: (localMs) => localMs - offsetMs,
  };
}
