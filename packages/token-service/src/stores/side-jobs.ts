import { performanceNow } from '../system-time.js';
import { withTimeout } from '../with-timeout.js';

/** What side jobs may take of a store. */
export interface SideJobOptions {
  /** Beyond this none is begun. */
  readonly maxAtOnce: number;
  readonly timeoutMs: number;
  /** How long none is begun after one has failed or hung. */
  readonly pauseMs: number;
  /** Returns milliseconds that never go back. */
  readonly monotonicNow?: () => number;
}

/**
 * Returns the function that begins a job which nobody waits for, or leaves it out: whoever has it done comes again. A store
 * in trouble is left alone, and a hanging one is not filled with what hangs as well.
 */
export function createSideJobs(options: SideJobOptions): (job: () => Promise<unknown>) => void {
  const { maxAtOnce, timeoutMs, pauseMs, monotonicNow = performanceNow } = options;
  let underWay = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;

  async function run(job: () => Promise<unknown>): Promise<void> {
    underWay += 1;
    try {
      await withTimeout(job(), timeoutMs, `The store has not answered within ${timeoutMs} ms.`);
    } catch {
      pausedUntil = monotonicNow() + pauseMs;
    } finally {
      underWay -= 1;
    }
  }

  return (job) => {
    if (underWay < maxAtOnce && monotonicNow() >= pausedUntil) void run(job);
  };
}
