// Taken when the module is loaded. Fake timers, which a test installs later, would keep whatever waits from ever ending, and
// a faked date would be one at which signatures are refused.

/** Returns Unix time in milliseconds. */
export const dateNow: () => number = Date.now;
/** Returns milliseconds that never go back, since the start of the program; Unix time where an engine has no such clock. */
export const performanceNow: () => number = globalThis.performance?.now.bind(performance) ?? Date.now;

export const setTimeout: typeof globalThis.setTimeout = globalThis.setTimeout;
export const clearTimeout: typeof globalThis.clearTimeout = globalThis.clearTimeout;
export const setInterval: typeof globalThis.setInterval = globalThis.setInterval;
export const clearInterval: typeof globalThis.clearInterval = globalThis.clearInterval;
/** Undefined in browsers. */
export const setImmediate: typeof globalThis.setImmediate = globalThis.setImmediate;
