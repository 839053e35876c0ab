import type { Environment } from './environment.js';

/** Finds out what this browser, device or server has. */
export function createEnvironment(): Environment {
  // Node has locks and channels as well, but no tabs; nor does it tell events.
  const inBrowser = typeof globalThis.addEventListener === 'function';
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
