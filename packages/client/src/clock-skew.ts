import type { HttpResponse } from './transport/transport.js';

/** The time that requests are signed with. */
export interface Clock {
  /** Unix milliseconds, as the API's host has them as far as that is known. */
  readonly now: () => number;
  /**
   * Estimates the skew from the answer to a refused signature; returns whether another attempt with it may be accepted.
   *
   * `sentAt` and `receivedAt` are Unix milliseconds of this machine, `offsetMs` is what the attempt was signed with.
   */
  readonly learn: (response: HttpResponse, sentAt: number, receivedAt: number, offsetMs: number) => boolean;
  /** The API accepted what was signed with this offset. */
  readonly accepted: (offsetMs: number) => void;
  readonly offsetMs: () => number;
}

/** A difference below it does not explain a refusal: `Date` has whole seconds, and the way takes its time. */
const minOffsetMs = 2_000;
/** A larger difference is more likely a broken `Date` than a broken clock. */
const maxOffsetMs = 24 * 60 * 60 * 1000;

/** Creates a clock that learns from the header `Date` of answers how far it is off. */
export function createClock(realNow: () => number, onLearned: (offsetMs: number) => void): Clock {
  let offset = 0;
  /** Whether a signature with it has been accepted; the `Date` that it was learned from may have been a gateway's. */
  let isProven = false;

  function change(found: number): boolean {
    [offset, isProven] = [found, false];
    onLearned(offset);
    return true;
  }

  return {
    now() {
      const time = realNow();
      // What is none is refused by the signer, by its name.
      return typeof time === 'number' ? time + offset : time;
    },
    offsetMs: () => offset,
    accepted(usedMs) {
      if (usedMs === offset) isProven = true;
    },
    learn({ headers: { date, age } }, sentAt, receivedAt, usedMs) {
      // Another call has learned it meanwhile.
      if (offset !== usedMs) return true;
      // A cache says when it stored the answer, not what the time is; half a second on, since Date is cut to whole ones.
      const isTold = typeof date === 'string' && !(Number(age) > 0);
      const found = isTold ? Math.round(Date.parse(date) + 500 - (sentAt + receivedAt) / 2) : Number.NaN;
      if (Math.abs(found - offset) >= minOffsetMs && Math.abs(found) <= maxOffsetMs) return change(found);
      // Where nothing speaks for it any more, this machine's own time is tried again.
      const isConfirmed = isProven && Math.abs(found - offset) < minOffsetMs;
      return offset !== 0 && !isConfirmed && change(0);
    },
  };
}
