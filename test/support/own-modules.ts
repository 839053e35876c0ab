import { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';
import { afterAll, vi } from 'vitest';

// Test files share a process, which takes long to start, but no state: each reads the modules of its package anew, what one
// mocks is mocked for it alone, and the next one finds the time, the globals and the environment as they were.
vi.resetModules();
// A spy on a faked timer would leave it: once a file has run, each spy puts back what it had found.
Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate });

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});
