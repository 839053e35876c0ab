import { clearTimeout, setTimeout } from '../system-time.js';
/** Timers that go by monotonic milliseconds. */
export interface Timers {
  /** Runs a function once that many milliseconds have passed, never before; returns what cancels it. */
  readonly after: (ms: number, run: () => void, options?: TimerOptions) => () => void;
}

/** How a timer runs. */
interface TimerOptions {
  /** Whether a process that has nothing else to do goes on for it. Default: true. */
  readonly keepsAlive?: boolean;
}

/** Creates timers of this process. */
export function createTimers(monotonicNow: () => number): Timers {
  return {
    after(ms, run, { keepsAlive = true } = {}) {
      const dueAt = monotonicNow() + ms;
      let timer: ReturnType<typeof setTimeout>;
      const arm = (leftMs: number): void => {
        timer = setTimeout(
          () => {
            // A runtime counts in whole milliseconds, from when its event loop last looked at the time.
            const earlyMs = dueAt - monotonicNow();
            if (earlyMs > 0) arm(earlyMs);
            else run();
            // Beyond 31 bits a timer would fire at once.
          },
          Math.min(leftMs, 2 ** 31 - 1),
        );
        if (!keepsAlive) (timer as { unref?: () => void }).unref?.();
      };
      arm(Math.max(0, ms));
      return () => clearTimeout(timer);
    },
  };
}
