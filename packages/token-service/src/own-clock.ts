import type { NumberRule } from './check-options.js';
import { optionChecks } from './errors.js';

type Clock = () => number;

const time: NumberRule = { unit: 'milliseconds', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

/**
 * Returns the clock that a caller has given, or the system's. What is no time is refused by name, where it is asked for: compared with it, no
 * token would expire and no request would be one too many.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 */
export function ownClock(option: string, clock: Clock | undefined, system: Clock): Clock {
  if (!clock) return system;
  return () => optionChecks.checkNumber(option, clock(), time);
}

/**
 * Returns the same for one that should never go back. One that does, as `Date.now` may, counts on from there: else whoever
 * waits for a time would wait until it comes again.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 */
export function ownMonotonicClock(option: string, clock: Clock | undefined, system: Clock): Clock {
  if (!clock) return system;
  const read = ownClock(option, clock, system);
  let [last, passed]: [number?, number?] = [];
  return () => {
    const now = read();
    passed = passed === undefined ? now : passed + Math.max(0, now - (last ?? now));
    last = now;
    return passed;
  };
}
