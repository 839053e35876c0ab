import { leastPerSecond, type RateFleet, type RateReservation } from './rate-store.js';

/** A store may count in whole microseconds. */
const roundingMs = 0.01;
/** No fleet reserves so far ahead: its calls would have been refused long before. */
const mostAheadMs = 3_600_000;
const mostMembers = 1_000_000;

/**
 * Returns what a store has reserved.
 *
 * @throws {TypeError} where that is less than was added, so that the limit would not be kept, or so far ahead that nothing would be sent
 */
export function checkReservation(answer: unknown, added: RateReservation): RateReservation {
  const { reservedMs, penaltyMs } = numbersOf(answer, ['reservedMs', 'penaltyMs']);
  const addedMs = Math.max(0, added.reservedMs);
  const isOne = reservedMs >= addedMs - roundingMs && reservedMs >= 0 && reservedMs - addedMs <= mostAheadMs;
  if (isOne && penaltyMs >= 0) return { reservedMs, penaltyMs };
  throw new TypeError('The rate store answered with no reservation.');
}

/**
 * Returns the fleet that a store has counted; undefined where it counts none.
 *
 * @throws {TypeError} where it is none: a share of nothing, or of more than there is, would be taken
 */
export function checkFleet(fleet: unknown): RateFleet | undefined {
  if (fleet === undefined) return undefined;
  const { members, silent, perSecond } = numbersOf(fleet, ['members', 'silent', 'perSecond']);
  const areMembers = members >= 1 && members <= mostMembers && silent >= 0 && silent <= members;
  if (areMembers && perSecond >= leastPerSecond) return { members, silent, perSecond };
  throw new TypeError('The rate store answered with no fleet.');
}

/** Returns members of an answer; what is no finite number is none, and neither more nor less than another. */
function numbersOf<Name extends string>(answer: unknown, names: readonly Name[]): Record<Name, number> {
  const entries = names.map((name) => {
    const value: unknown = Object(answer)[name];
    return [name, Number.isFinite(value) ? value : Number.NaN];
  });
  return Object.fromEntries(entries);
}
