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
  readonly locks?: Locks | undefined;
  /** Throws where channels are absent or blocked. */
  readonly openChannel?: ((name: string) => Channel) | undefined;
  /** Dispatches `storage` and `online`. */
  readonly events?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | undefined;
}

/** The part of a LockManager that is used, described here since not every project has the types of a DOM. */
export interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    use: (lock: unknown) => unknown,
  ): Promise<unknown>;
}

/** The part of a BroadcastChannel that is used. */
export interface Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: string): void;
  close(): void;
}

/** Returns what `use` returns; undefined where it throws, as features of browsers do that are blocked. */
export function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}

/** Returns what this browser, device or server has; what is absent or blocked is left out. */
export function createEnvironment(): Environment {
  // Node, Bun and Deno have channels as well, but no tabs; there an open one would keep the process alive.
  const inBrowser = typeof document === 'object';
  return {
    now: dateNow,
    monotonicNow: () => attempt(performanceNow) ?? dateNow(),
    random: () => Math.random(),
    after(ms, run) {
      // Of a time below 0 Node warns.
      const timer = setTimeout(run, Math.max(0, ms));
      return () => clearTimeout(timer);
    },
    ...(inBrowser && {
      locks: attempt(() => globalThis.navigator.locks),
      openChannel: (name: string) => new BroadcastChannel(name),
      events: globalThis,
    }),
  };
}
