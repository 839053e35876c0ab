/** How quickly permits have come lately, while requests waited for them. */
export interface Pace {
  /** Must be called where a request begins to wait behind nobody. */
  readonly begin: (now: number) => void;
  /** Must be called with each permit that a request has waited for. */
  readonly note: (now: number) => void;
  /** Returns the milliseconds between two of them; 0 while that is not known. */
  readonly spacingMs: (now: number) => number;
}

/** What is measured over less says little: permits of a fleet come several at a time. */
const leastMs = 2_000;
/** What is measured over more counts for half. */
const mostMs = 5_000;

/** Creates the pace of a queue. */
export function createPace(): Pace {
  let [since, beganAt, count] = [0, 0, 0];
  return {
    begin(now) {
      [since, beganAt, count] = [now, now, 0];
    },
    note(now) {
      // The wait for the first one is that of a store which was not asked before.
      if (since === beganAt) since = now;
      else count += 1;
    },
    spacingMs(now) {
      const forMs = now - since;
      if (now - beganAt < leastMs) return 0;
      const spacingMs = forMs / Math.max(1, count);
      if (forMs > mostMs) [since, count] = [since + forMs / 2, count / 2];
      return spacingMs;
    },
  };
}
