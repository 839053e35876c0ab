import { createPlaces, type Place, spareMs } from './places.js';

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
  readonly take: (now: number, cameAt: number) => Place;
}

/**
 * Makes slots that are evenly spaced, with at most `limit` in any stretch of `windowMs`, as seen by the one who is called.
 *
 * Even spacing alone would let a burst through after a pause of the event loop; counting alone would let all of a second
 * through at its start.
 */
export function createSlots(limit: number, windowMs: number): Slots {
  const spacingMs = slotSpacingMs(limit, windowMs);
  const places = createPlaces(limit, windowMs);
  let nextAt = Number.NEGATIVE_INFINITY;

  /** A pause in demand is not made up for: the slot is no earlier than who takes it. */
  function slotAt(now: number, cameAt: number): number {
    return Math.max(nextAt, cameAt, now - catchUpMs);
  }

  return {
    spacingMs,
    waitMs: (now, cameAt) => Math.max(slotAt(now, cameAt), places.freeAt(now)) - now,
    take(now, cameAt) {
      nextAt = slotAt(now, cameAt) + spacingMs;
      return places.take(now);
    },
  };
}
