// What stands in for the `system-time.ts` of a package in a test that moves the time: its names, looked up at each call, so
// that `vi.useFakeTimers` counts.
//   vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

export const dateNow = (): number => Date.now();
export const performanceNow = (): number => performance.now();

type Timer<Name extends keyof typeof globalThis> = (typeof globalThis)[Name];

export const setTimeout = ((...given: Parameters<typeof globalThis.setTimeout>) =>
  globalThis.setTimeout(...given)) as Timer<'setTimeout'>;
export const clearTimeout: Timer<'clearTimeout'> = (timer) => globalThis.clearTimeout(timer);
export const setInterval = ((...given: Parameters<typeof globalThis.setInterval>) =>
  globalThis.setInterval(...given)) as Timer<'setInterval'>;
export const clearInterval: Timer<'clearInterval'> = (timer) => globalThis.clearInterval(timer);
export const setImmediate = ((...given: Parameters<typeof globalThis.setImmediate>) =>
  globalThis.setImmediate(...given)) as Timer<'setImmediate'>;
