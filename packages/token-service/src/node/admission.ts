import { setImmediate } from '../system-time.js';

/** Starts work: at once, or in a later iteration of the event loop. */
export type Admit = (start: () => void) => void;

/**
 * Creates an admission that starts at most `maxStarts` in each iteration of the event loop. A crowd whose requests are there
 * all at once would keep the loop from all other work for seconds, such as sending requests to the API in step with its rate limit.
 *
 * Whoever waits holds a connection, so that the server's limit of these is the limit of the queue.
 */
export function createAdmission(maxStarts: number): Admit {
  let arrived: (() => void)[] = [];
  /** Those that arrived before, last one first: what has started is let go, also where the crowd does not end. */
  let next: (() => void)[] = [];
  let started = 0;
  let isArmed = false;

  const isEmpty = (): boolean => next.length + arrived.length === 0;

  function arm(): void {
    if (isArmed) return;
    isArmed = true;
    setImmediate(iterate);
  }

  function iterate(): void {
    [isArmed, started] = [false, 0];
    if (isEmpty()) return;
    // First, so that a start that throws holds up no other.
    arm();
    while (started < maxStarts && !isEmpty()) {
      if (next.length === 0) [next, arrived] = [arrived.reverse(), []];
      started += 1;
      next.pop()?.();
    }
  }

  return function admit(start) {
    arm();
    if (!isEmpty() || started >= maxStarts) {
      arrived.push(start);
      return;
    }
    started += 1;
    start();
  };
}
