/** Tells the times of a store by the local clock, and the other way; what is not sure is told late rather than early. */
export interface StoreClock {
  /** Learns from one question: the store counted at `storeMs`, some time between asking and the answer. */
  readonly learn: (storeMs: number, askedAt: number, answeredAt: number) => void;
  readonly toLocal: (storeMs: number, now: number) => number;
  readonly toStore: (localMs: number, now: number) => number;
}

/** How far two clocks drift apart in a millisecond, at the most. */
const drift = 0.001;
/** The quickest answer is forgotten by so much with each one: over some thousand of them, the way may be another. */
const forgotten = 1.001;

/**
 * Makes a clock that goes by the quickest answer of late: a slow one, such as a busy event loop makes, tells little of
 * when the store counted.
 */
export function createStoreClock(): StoreClock {
  let offsetMs = 0;
  let uncertainMs = Number.POSITIVE_INFINITY;
  let learntAt = 0;
  // The way of the quickest answers takes as long there as back; what a slower one took longer may be all on one side. The
  // first ones, on a connection that is only just made, tell nothing of it.
  let wayMs = 1;

  function uncertainAt(now: number): number {
    return uncertainMs + (now - learntAt) * drift;
  }

  function lateMs(now: number): number {
    return Math.max(0, uncertainAt(now) - wayMs);
  }

  return {
    learn(storeMs, askedAt, answeredAt) {
      const newOffsetMs = (askedAt + answeredAt) / 2 - storeMs;
      const newUncertainMs = (answeredAt - askedAt) / 2;
      const oldUncertainMs = uncertainAt(answeredAt);
      wayMs = Math.min(wayMs * forgotten, newUncertainMs);
      const wasSet = Math.abs(newOffsetMs - offsetMs) > newUncertainMs + oldUncertainMs;
      if (newUncertainMs > oldUncertainMs && !wasSet) return;
      offsetMs = newOffsetMs;
      uncertainMs = newUncertainMs;
      learntAt = answeredAt;
    },
    toLocal: (storeMs, now) => storeMs + offsetMs + lateMs(now),
    toStore: (localMs, now) => localMs - offsetMs + lateMs(now),
  };
}
