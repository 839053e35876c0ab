/** A window is taken for so much longer: requests come closer together than they were sent, and not all of it is seen. */
export const spareMs = 5;
/** The same for a place that was used late; less, so that lateness wears off. */
export const lateSpareMs = 3;
/** No request is taken to be later than this part of the window. */
export const latePart = 4;
/** The time that a busy event loop let pass is made up for so far. */
const catchUpMs = 50;

/** Gives the distance of slots of which `limit` fit into `windowMs`, as seen by the one who is called. */
export function slotSpacingMs(limit: number, windowMs: number): number {
  return (windowMs + spareMs) / limit;
}

/** Slots of this process: when the next request may be sent. */
export interface Slots {
  readonly spacingMs: number;
  /** Gives the milliseconds until the next slot for somebody who came at a time, 0 or less where it is there. */
  readonly waitMs: (now: number, cameAt: number) => number;
  /** Takes that slot, and gives what is told how late the request was counted at most. */
  readonly take: (now: number, cameAt: number) => Place;
}

/** A request's place in the window; takes by how much later than usual the request was counted, at the most. */
export type Place = (lateMs: number) => void;

/**
 * Makes slots that are evenly spaced, with at most `limit` in any stretch of `windowMs`, as seen by the one who is called.
 *
 * Even spacing alone would let a burst through after a pause of the event loop; counting alone would let all of a second
 * through at its start.
 */
export function createSlots(limit: number, windowMs: number): Slots {
  const spacingMs = slotSpacingMs(limit, windowMs);
  // The last times, a ring.
  const times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  let at = 0;
  let nextAt = Number.NEGATIVE_INFINITY;

  /** A pause in demand is not made up for: the slot is no earlier than who takes it. */
  function slotAt(now: number, cameAt: number): number {
    return Math.max(nextAt, cameAt, now - catchUpMs);
  }

  return {
    spacingMs,
    waitMs(now, cameAt) {
      const freeAt = (times[at] as number) + windowMs + lateSpareMs;
      return Math.max(slotAt(now, cameAt), freeAt) - now;
    },
    take(now, cameAt) {
      nextAt = slotAt(now, cameAt) + spacingMs;
      const mine = at;
      times[mine] = now;
      at = (at + 1) % limit;
      return (lateMs) => {
        // Somebody else may have it by now.
        if (times[mine] === now) times[mine] = now + lateMs;
      };
    },
  };
}
