import type { Environment } from './environment.js';

/** Finds out what this browser, device or server has. */
export function createEnvironment(): Environment {
  // Node, Bun and Deno have channels as well, but no tabs; there an open one would keep the process alive.
  const inBrowser = typeof document === 'object';
  return {
    now: () => Date.now(),
    clock: () => performance.now(),
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
