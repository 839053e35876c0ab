import { clearTimeout, dateNow, performanceNow, setTimeout } from './system-time.js';
/** What a source uses of where it runs. */
export interface Environment {
  /** Unix time in milliseconds, as the device has it. */
  readonly now: () => number;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Runs a function later; returns what cancels it. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Left out where there are no other tabs. */
  readonly locks?: Pick<LockManager, 'request'> | undefined;
  readonly openChannel?: ((name: string) => Channel) | undefined;
  /** Dispatches `storage` and `online`. */
  readonly events?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | undefined;
}

/** The part of a BroadcastChannel that is used. */
export interface Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: string): void;
  close(): void;
}

/** Returns what this browser, device or server has. */
export function createEnvironment(): Environment {
  // Node, Bun and Deno have channels as well, but no tabs; there an open one would keep the process alive.
  const inBrowser = typeof document === 'object';
  return {
    now: dateNow,
    monotonicNow: performanceNow,
    random: () => Math.random(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    ...(inBrowser && {
      locks: globalThis.navigator?.locks,
      openChannel: typeof BroadcastChannel === 'function' ? (name: string) => new BroadcastChannel(name) : undefined,
      events: globalThis,
    }),
  };
}
