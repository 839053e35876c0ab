import type { Permit, PermitOutcome, PermitSource } from './permit-source.js';

/** A window and its limit. */
export interface WindowOptions {
  /** Requests in a window. */
  readonly limit: number;
  readonly windowMs: number;
  /** Returns milliseconds that never go back. */
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
  const usualLatencyMs = createRunningMinimum(usualOf, 0);
  let nextAt = Number.NEGATIVE_INFINITY;
  /** When each permit that was released comes back, in order, from `head` on: taking off the first of very many is slow. */
  let freeAts: number[] = [];
  let head = 0;
  /** When each permit that isn't released was used, in order. */
  const usedAts = new Map<Permit, number>();

  /** A permit that isn't released may have been counted up to a window after its use. */
  function freeAt(usedAt: number, lateMs: number = windowMs): number {
    return usedAt + Math.min(lateMs, windowMs) + windowMs + lateSpareMs;
  }

  function release(permit: Permit, usedAt: number, outcome: PermitOutcome): void {
    const tookMs = monotonicNow() - usedAt;
    // Somebody else may have it by now.
    if (!usedAts.delete(permit) || outcome === 'unused') return;
    const time = freeAt(usedAt, outcome === 'lost' ? tookMs : tookMs - usualLatencyMs(tookMs));
    let at = freeAts.length;
    // Those that were taken are past: it makes no difference which of them is taken in its place.
    while ((freeAts[at - 1] as number) > time) at -= 1;
    freeAts.splice(at, 0, time);
  }

  function isAllInUse(): boolean {
    return usedAts.size + freeAts.length - head >= limit;
  }

  function nextFreeAt(): number {
    if (!isAllInUse()) return Number.NEGATIVE_INFINITY;
    const { value: oldest = Number.POSITIVE_INFINITY } = usedAts.values().next();
    return Math.min(freeAts[head] ?? Number.POSITIVE_INFINITY, freeAt(oldest));
  }

  /** What is back need not be remembered: else as many as the limit would be, however few are in use. */
  function takeFree(now: number): void {
    while ((freeAts[head] as number) <= now) head += 1;
    if (isAllInUse()) usedAts.delete(usedAts.keys().next().value as Permit);
    if (head * 2 > freeAts.length) [freeAts, head] = [freeAts.slice(head), 0];
  }

  /** A pause in demand is not made up for: the slot is no earlier than who takes it. */
  function slotAt(now: number, cameAt: number): number {
    return Math.max(nextAt, cameAt, now - catchUpMs);
  }

  return {
    waitMs: (now, cameAt) => Math.max(slotAt(now, cameAt), nextFreeAt()) - now,
    take(now, cameAt) {
      nextAt = slotAt(now, cameAt) + spacingMs;
      takeFree(now);
      const permit: Permit = { release: (outcome) => release(permit, now, outcome) };
      usedAts.set(permit, now);
      return permit;
    },
    spacingMs: () => spacingMs,
  };
}

/**
 * Creates the function that takes a value, none below 0, and returns the least one lately, itself included: of the last
 * `sampleSize` to twice as many. It is at most `atFirst` until so many have been taken.
 */
export function createRunningMinimum(sampleSize: number, atFirst: number): (value: number) => number {
  let before = atFirst;
  let recent = Number.POSITIVE_INFINITY;
  let count = 0;
  return function noteMinimum(value) {
    recent = Math.min(recent, value);
    const lately = Math.min(before, recent);
    count += 1;
    if (count === sampleSize) [before, recent, count] = [recent, Number.POSITIVE_INFINITY, 0];
    return lately;
  };
}
