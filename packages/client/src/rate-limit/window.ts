import type { Permit, PermitOutcome, PermitSource } from './permit-source.js';

/** A window and its limit. */
export interface WindowOptions {
  readonly limit: number;
  readonly windowMs: number;
  readonly monotonicNow: () => number;
}

/** The window is taken for so much longer: requests come closer together than they were sent, and not all of it is seen. */
const spareMs = 4;
/** The same for a permit that was used late; less, so that lateness wears off. */
const lateSpareMs = 2;
/** The time that a busy event loop let pass is made up for so far. */
const catchUpMs = 50;
/** The quickest of so many answers is the usual one, at full demand within five seconds; until then all of it is late. */
const usualOf = 1000;

/**
 * Creates the permits of one process: evenly spaced, and at most `limit` in any stretch of `windowMs` as the service counts.
 *
 * A permit comes back one window after its request was counted at the latest, which is its answer less the usual latency.
 * Even spacing alone would let a burst through after a pause of the event loop; counting alone would let a whole window
 * through at its start.
 */
export function createWindow({ limit, windowMs, monotonicNow }: WindowOptions): PermitSource {
  const spacingMs = (windowMs + spareMs) / limit;
  const usualMs = createRunningMinimum(usualOf);
  let nextAt = Number.NEGATIVE_INFINITY;
  let free = limit;
  // When released permits are free, in order, from `head` on: taking off the first of very many is slow.
  let freeAts: number[] = [];
  let head = 0;
  /** Permits in use, in the order of their use. */
  const used = new Set<UsedPermit>();

  /** A permit that isn't released may have been counted up to a window after its use. */
  function freeAt({ usedAt }: UsedPermit, lateMs: number = windowMs): number {
    return usedAt + Math.min(lateMs, windowMs) + windowMs + lateSpareMs;
  }

  function release(permit: UsedPermit, outcome: PermitOutcome): void {
    const tookMs = monotonicNow() - permit.usedAt;
    // Somebody else may have it by now.
    if (!used.delete(permit)) return;
    if (outcome === 'unused') free += 1;
    else addFree(freeAt(permit, outcome === 'lost' ? tookMs : tookMs - usualMs(tookMs)));
  }

  function addFree(time: number): void {
    let at = freeAts.length;
    while (at > head && (freeAts[at - 1] as number) > time) at -= 1;
    freeAts.splice(at, 0, time);
  }

  function collect(now: number): void {
    while (head < freeAts.length && (freeAts[head] as number) <= now) {
      head += 1;
      free += 1;
    }
    if (head * 2 > freeAts.length) [freeAts, head] = [freeAts.slice(head), 0];
    for (const permit of used) {
      if (freeAt(permit) > now) break;
      used.delete(permit);
      free += 1;
    }
  }

  function nextFreeAt(now: number): number {
    if (free === 0) collect(now);
    if (free > 0) return Number.NEGATIVE_INFINITY;
    const { value: oldest } = used.values().next();
    return Math.min(freeAts[head] ?? Number.POSITIVE_INFINITY, oldest ? freeAt(oldest) : Number.POSITIVE_INFINITY);
  }

  /** A pause in demand is not made up for: the slot is no earlier than who takes it. */
  function slotAt(now: number, cameAt: number): number {
    return Math.max(nextAt, cameAt, now - catchUpMs);
  }

  return {
    waitMs: (now, cameAt) => Math.max(slotAt(now, cameAt), nextFreeAt(now)) - now,
    take(now, cameAt) {
      nextAt = slotAt(now, cameAt) + spacingMs;
      free -= 1;
      const permit = new UsedPermit(now, release);
      used.add(permit);
      return permit;
    },
    spacingMs: () => spacingMs,
  };
}

/** A class, since one is made for each request. */
class UsedPermit implements Permit {
  constructor(
    readonly usedAt: number,
    private readonly giveBack: (permit: UsedPermit, outcome: PermitOutcome) => void,
  ) {}

  release(outcome: PermitOutcome): void {
    this.giveBack(this, outcome);
  }
}

/**
 * Creates the function that takes a value, none below 0, and returns the least one lately, itself included: of the last
 * `sampleSize` to twice as many. It is 0 until so many have been taken.
 */
export function createRunningMinimum(sampleSize: number): (value: number) => number {
  let before = 0;
  let least = Number.POSITIVE_INFINITY;
  let count = 0;
  return function noteMinimum(value) {
    least = Math.min(least, value);
    const lately = Math.min(before, least);
    count += 1;
    if (count === sampleSize) [before, least, count] = [least, Number.POSITIVE_INFINITY, 0];
    return lately;
  };
}
