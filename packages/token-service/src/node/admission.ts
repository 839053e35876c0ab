import { performanceNow, setImmediate } from '../system-time.js';

/** Starts work: at once, or in a later iteration of the event loop. */
export type Admit = (start: () => void) => void;

/** How much starts in one iteration of the event loop. */
export interface AdmissionOptions {
  readonly maxStarts: number;
  /** Fewer start, down to one, where an iteration takes longer than this. */
  readonly maxIterationMs: number;
  /** Returns milliseconds that never go back. Default: `performance.now`. */
  readonly monotonicNow?: () => number;
}

/**
 * Creates an admission that starts a few in each iteration of the event loop. A crowd whose requests are there all at once would
 * keep the loop from all other work for seconds, such as sending requests to the API in step with its rate limit.
 *
 * Whoever waits holds a connection, so that the server's limit of these is the limit of the queue.
 */
export function createAdmission({ maxStarts, maxIterationMs, monotonicNow = performanceNow }: AdmissionOptions): Admit {
  let waiting: (() => void)[] = [];
  let head = 0;
  let started = 0;
  let perIteration = maxStarts;
  let iterationStart = 0;
  let isArmed = false;

  function arm(): void {
    if (isArmed) return;
    isArmed = true;
    iterationStart = monotonicNow();
    setImmediate(next);
  }

  /** Work that starts in one iteration goes on in later ones, so only the length of iterations shows what it costs. */
  function learn(): void {
    if (monotonicNow() - iterationStart > maxIterationMs) perIteration = Math.ceil(perIteration / 2);
    else if (started >= perIteration) perIteration = Math.min(maxStarts, perIteration + 1);
  }

  function next(): void {
    learn();
    [isArmed, started] = [false, 0];
    if (head === waiting.length) return;
    // First, so that a start that throws holds up no other.
    arm();
    while (started < perIteration && head < waiting.length) {
      started += 1;
      head += 1;
      waiting[head - 1]?.();
    }
    if (head === waiting.length) [waiting, head] = [[], 0];
  }

  return function admit(start) {
    arm();
    if (waiting.length > 0 || started >= perIteration) {
      waiting.push(start);
      return;
    }
    started += 1;
    start();
  };
}
