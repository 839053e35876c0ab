import { vi } from 'vitest';

/** Nothing is decided by it but that a wait for what never comes ends, with its reason, before the test does. */
const timeout = 60_000;

/** How many intervals lie between two looks at most: to look is work as well, often that of another process. */
const mostIntervals = 10;

/**
 * Resolves with what `holds` returns, once it neither throws nor returns `false`: looks again after `interval` ms, and ever later, up
 * to ten times that, as the only wait of tests for what nothing tells them of, since a busy machine needs far longer than any usual
 * default. Where the test moves the time, it passes with each look, and each interval has one.
 */
export function until<Value>(
  holds: () => Value | Promise<Value>,
  { interval = 10 }: { interval?: number } = {},
): Promise<Value> {
  let looks = 0;
  let intervalsLeft = 0;
  let last: unknown;
  const check = (value: Value): Value => {
    if (value === false) throw new Error(`not so after ${timeout / 1000} s: ${holds}`);
    return value;
  };
  const keep = (error: unknown): never => {
    last = error;
    throw error;
  };
  const look = (): Value | Promise<Value> => {
    if (intervalsLeft > 0 && !vi.isFakeTimers()) {
      intervalsLeft -= 1;
      throw last;
    }
    looks += 1;
    intervalsLeft = Math.min(looks >> 2, mostIntervals - 1);
    try {
      const value = holds();
      return value instanceof Promise ? value.then(check).catch(keep) : check(value);
    } catch (error) {
      return keep(error);
    }
  };
  return vi.waitFor(look, { timeout, interval });
}
