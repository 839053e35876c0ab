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
  let waiting: (() => void)[] = [];
  let head = 0;
  let started = 0;
  let isArmed = false;

  function arm(): void {
    if (isArmed) return;
    isArmed = true;
    setImmediate(next);
  }

  function next(): void {
    [isArmed, started] = [false, 0];
    if (head === waiting.length) return;
    // First, so that a start that throws holds up no other.
    arm();
    while (started < maxStarts && head < waiting.length) {
      started += 1;
      head += 1;
      waiting[head - 1]?.();
    }
    if (head === waiting.length) [waiting, head] = [[], 0];
  }

  return function admit(start) {
    arm();
    if (waiting.length > 0 || started >= maxStarts) {
      waiting.push(start);
      return;
    }
    started += 1;
    start();
  };
}
