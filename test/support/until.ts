import { vi } from 'vitest';

/** Nothing is decided by it but that a wait for what never comes ends, with its reason, before the test does. */
const timeout = 60_000;

/**
 * Resolves with what `holds` returns, once it neither throws nor returns `false`: looks again each `interval` ms, as the only
 * wait of tests for what nothing tells them of, since a busy machine needs far longer than any usual default. Where the test
 * moves the time, it passes with each look.
 */
export function until<Value>(
  holds: () => Value | Promise<Value>,
  { interval = 10 }: { interval?: number } = {},
): Promise<Value> {
  const check = (value: Value): Value => {
    if (value === false) throw new Error(`not so after ${timeout / 1000} s: ${holds}`);
    return value;
  };
  const look = (): Value | Promise<Value> => {
    const value = holds();
    return value instanceof Promise ? value.then(check) : check(value);
  };
  return vi.waitFor(look, { timeout, interval });
}
