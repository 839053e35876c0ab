import { createLimiter, type Limiter, type PermitRequest, startTimer } from '../../src/rate-limit/limiter.js';
import { createWindow } from '../../src/rate-limit/window.js';

/** The time of the process, which a test may have faked. */
export const monotonicNow = (): number => performance.now();

/** Returns the limiter of a process that may send 200 requests a second. */
export function makeLimiter(): Limiter {
  const createSource = () => createWindow({ limit: 200, windowMs: 1000, monotonicNow });
  return createLimiter({ createSource, monotonicNow, startTimer });
}

/** The error of a request that would wait for too long. */
export class TooLong extends Error {
  constructor(readonly expectedMs: number) {
    super('The wait is too long.');
  }
}

/** Returns a request of a bulk job. */
export function makeRequest(options: Partial<PermitRequest> = {}): PermitRequest {
  return {
    priority: 'bulk',
    maxWaitMs: 60_000,
    onQueueFull: (expectedMs) => new TooLong(expectedMs),
    onStopped: () => new Error('stopped'),
    onAbort: () => () => {},
    ...options,
  };
}

/** Acquires permits without a pause until a time, so many at once; gives when each was granted. */
export function demand(limiter: Limiter, monotonicNow: () => number, untilMs: number, callers = 50): number[] {
  const granted: number[] = [];
  const call = async (): Promise<void> => {
    while (monotonicNow() < untilMs) {
      const permit = await limiter.acquire(makeRequest());
      granted.push(monotonicNow());
      permit.release('answered');
    }
  };
  // The limiter may be stopped in the middle.
  for (let caller = 0; caller < callers; caller += 1) call().catch(() => {});
  return granted;
}

/** Acquires a permit with a wait that can be ended from outside. */
export function acquireAbortable(limiter: Limiter, options: Partial<PermitRequest> = {}) {
  let giveUp = (_: Error): void => {};
  let watchers = 0;
  const onAbort: PermitRequest['onAbort'] = (listener) => {
    watchers += 1;
    giveUp = listener;
    return () => {
      watchers -= 1;
    };
  };
  const waiting = Promise.resolve(limiter.acquire(makeRequest({ onAbort, ...options })));
  return { waiting, giveUp: (error: Error) => giveUp(error), watchers: () => watchers };
}
