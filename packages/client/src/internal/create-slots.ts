/** Slots of this process: when the next request may be sent. */
export interface Slots {
  /** Takes the slot of now and gives 0, or gives the milliseconds until there is one. */
  readonly take: (now: number) => number;
}

/** On the way requests come closer together than they were sent; this much of it goes unnoticed. */
const guardMs = 5;
/** So many slots that a busy event loop let pass are made up for. */
const catchUpSlots = 10;

/**
 * Makes slots that are evenly spaced, with at most `limit` in any stretch of `windowMs`, as seen by the one who is called.
 *
 * Even spacing alone would let a burst through after a pause of the event loop; counting alone would let all of a second
 * through at its start.
 */
export function createSlots(limit: number, windowMs: number): Slots {
  const spacingMs = windowMs / limit;
  // The last times, a ring.
  const times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  let at = 0;
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    take(now) {
      const freeAt = Math.max(dueAt, (times[at] as number) + windowMs + guardMs);
      if (freeAt > now) return freeAt - now;
      dueAt = Math.max(dueAt, now - catchUpSlots * spacingMs) + spacingMs;
      times[at] = now;
      at = (at + 1) % limit;
      return 0;
    },
  };
}
