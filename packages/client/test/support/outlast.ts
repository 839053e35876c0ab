import type { Answerer } from './start-server.js';

/**
 * The time-outs of clients whose attempts end by `passTimeouts`: for answers they are so long that no machine is too busy. Global
 * timers that a test fakes would have the client do without undici. The file mocks the client's own ones:
 *   vi.mock('../src/system-time.js', async (load) => ({ ...(await load<object>()), ...(await import('./support/outlast.js')) }));
 */
export const outlasted: { readonly timeoutMs: number; readonly deadlineMs: number } = {
  timeoutMs: 60_000,
  deadlineMs: 600_000,
};

const pending = new Map<unknown, () => void>();

/** Stands in for that of `system-time.ts`. */
export function setTimeout(end: () => void, ms: number): NodeJS.Timeout {
  const timer = globalThis.setTimeout(end, ms);
  if (ms === outlasted.timeoutMs) pending.set(timer, end);
  return timer;
}

/** Stands in for that of `system-time.ts`. */
export function clearTimeout(timer: NodeJS.Timeout | undefined): void {
  pending.delete(timer);
  globalThis.clearTimeout(timer);
}

/** Has every attempt that is under way be out of time. */
export function passTimeouts(): void {
  for (const [timer, end] of [...pending]) {
    clearTimeout(timer as NodeJS.Timeout);
    end();
  }
}

/** Says nothing, until the attempt is out of time. */
export const outlast: Answerer = () => passTimeouts();
