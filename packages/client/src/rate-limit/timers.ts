/** The timers of one owner, who can end them all. */
export interface Timers {
  /** Runs once so many milliseconds have passed, never before; gives back what calls it off. */
  readonly after: (ms: number, run: () => void, options?: TimerOptions) => () => void;
  readonly clear: () => void;
}

interface TimerOptions {
  /** Whether a process that has nothing else to do goes on for it. Default: true. */
  readonly keepsAlive?: boolean;
}

/** Makes timers that go by a clock of monotonic milliseconds. */
export function createTimers(clock: () => number): Timers {
  const running = new Set<ReturnType<typeof setTimeout>>();

  return {
    after(ms, run, { keepsAlive = true } = {}) {
      const dueAt = clock() + ms;
      let timer: ReturnType<typeof setTimeout>;
      const arm = (leftMs: number): void => {
        timer = setTimeout(() => {
          running.delete(timer);
          // They count in whole milliseconds, from when the event loop last looked at the time.
          const earlyMs = dueAt - clock();
          if (earlyMs > 0) arm(earlyMs);
          else run();
        }, leftMs);
        if (!keepsAlive) (timer as { unref?: () => void }).unref?.();
        running.add(timer);
      };
      arm(Math.max(0, ms));
      return () => {
        clearTimeout(timer);
        running.delete(timer);
      };
    },
    clear() {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}
