import { clearTimeout, setTimeout } from '../system-time.js';
import { createPace } from './pace.js';
import type { Permit, PermitSource } from './permit-source.js';
import { createPriorityQueue, type Priority, type Waiter } from './priority-queue.js';
import { createRetryTimes } from './retry-times.js';

/** A request that needs a permit, and how long it may wait. */
export interface PermitRequest {
  readonly priority: Priority;
  readonly maxWaitMs: number;
  /** Returns the error for a wait that is, or would be, too long; `retryAfterMs` reserves a time to come again, if called. */
  readonly onQueueFull: (expectedWaitMs: number, retryAfterMs: () => number) => Error;
  /** Returns the error for a limiter that was stopped. */
  readonly onStopped: () => Error;
  /** Watches for the end of the request, which calls `giveUp`; returns what ends the watch. */
  readonly onAbort: (giveUp: (error: Error) => void) => () => void;
}

/** Keeps requests within a rate limit. */
export interface Limiter {
  /** Returns a permit, or a promise of one where there is something to wait for; it rejects with the request's errors. */
  readonly acquire: (request: PermitRequest) => Permit | Promise<Permit>;
  /** Returns the error that a request would be rejected with now. */
  readonly check: (request: Pick<PermitRequest, 'priority' | 'maxWaitMs' | 'onQueueFull'>) => Error | undefined;
  /** Ends every wait and every timer. */
  readonly stop: () => void;
}

/** Calls back after that many milliseconds, or up to one earlier; returns what cancels this. */
export type StartTimer = (ms: number, run: () => void) => () => void;

/** What a limiter consists of. */
export interface LimiterOptions {
  /** Returns where permits come from; it calls `onPermits` when there may be one that `waitMs` did not announce. */
  readonly createSource: (onPermits: () => void) => PermitSource;
  readonly monotonicNow: () => number;
  readonly startTimer: StartTimer;
}

/** How often those who wait are judged again; a store that stalls for less sends nobody away. */
const judgeEveryMs = 1_000;
/** What a pace foretells may be wrong by so much: whoever would come a little too late may be in time after all. */
const patience = 1.5;

/** Creates a limiter; it holds a timer only while a request waits. */
export function createLimiter({ createSource, monotonicNow, startTimer }: LimiterOptions): Limiter {
  const queue = createPriorityQueue();
  const retryTimes = createRetryTimes();
  const pace = createPace();
  const source = createSource(grantPermits);
  let cancelWake = (): void => {};
  let judgeAt = 0;

  /** Grants what there is, and wakes up for what is still to come. */
  function grantPermits(): void {
    cancelWake();
    judgeAgain();
    for (let first = queue.first(); first; first = queue.first()) {
      const now = monotonicNow();
      const waitMs = source.waitMs(now, first.cameAt);
      if (waitMs > 0) {
        cancelWake = startTimer(Math.min(waitMs, judgeAt - now), grantPermits);
        break;
      }
      queue.remove(first);
      pace.note(now);
      first.grant(source.take(now, first.cameAt));
    }
    if (queue.size() === 0) retryTimes.forget();
    source.onQueueSize?.(queue.size());
  }

  /** Refuses those who would wait for too long by what is known now: else they would hear of it only once their time is over. */
  function judgeAgain(): void {
    const now = monotonicNow();
    const first = queue.first();
    if (!first || now < judgeAt) return;
    judgeAt = now + judgeEveryMs;
    const firstMs = source.waitMs(now, first.cameAt);
    const spacingMs = pace.spacingMs(now) / patience;
    let ahead = 0;
    const late = queue.all().filter(({ endsAt }) => {
      const isLate = Math.max(firstMs, ahead * spacingMs) > endsAt - now;
      if (!isLate) ahead += 1;
      return isLate;
    });
    for (const waiter of late) waiter.refuse();
  }

  function expectedMs(ahead: number): number {
    const now = monotonicNow();
    const spacingMs = Math.max(source.spacingMs(), pace.spacingMs(now));
    return Math.max(0, source.waitMs(now, now)) + ahead * spacingMs;
  }

  /** Returns the error for a request, and the wait that it would have if it came now. */
  function refusal({ priority, onQueueFull }: Parameters<Limiter['check']>[0]): Error {
    const queueMs = expectedMs(queue.size());
    const retryAfterMs = (): number => retryTimes.afterMs(monotonicNow(), queueMs, source.spacingMs());
    return onQueueFull(expectedMs(queue.ahead(priority)), retryAfterMs);
  }

  function check(request: Parameters<Limiter['check']>[0]): Error | undefined {
    return expectedMs(queue.ahead(request.priority)) > request.maxWaitMs ? refusal(request) : undefined;
  }

  function wait(request: PermitRequest): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error): void => {
        end();
        queue.remove(waiter);
        grantPermits();
        reject(error);
      };
      const refuse = (): void => giveUp(refusal(request));
      const cancel = startTimer(request.maxWaitMs, refuse);
      const unwatch = request.onAbort(giveUp);
      const end = (): void => {
        cancel();
        unwatch();
      };
      const now = monotonicNow();
      const waiter: Waiter = {
        priority: request.priority,
        cameAt: now,
        endsAt: now + request.maxWaitMs,
        grant(permit) {
          end();
          resolve(permit);
        },
        refuse,
        dismiss: () => giveUp(request.onStopped()),
      };
      if (queue.size() === 0) pace.begin(now);
      queue.add(waiter);
      grantPermits();
    });
  }

  return {
    acquire(request) {
      const now = monotonicNow();
      if (queue.size() === 0 && source.waitMs(now, now) <= 0) return source.take(now, now);
      const refused = check(request);
      return refused ? Promise.reject(refused) : wait(request);
    },
    check,
    stop() {
      for (let first = queue.first(); first; first = queue.first()) first.dismiss();
      source.stop?.();
    },
  };
}

/** Starts a timer of this process. One of more than 31 bits would fire at once; of one that is due already, Node warns. */
export const startTimer: StartTimer = (ms, run) => {
  const timer = setTimeout(run, Math.max(0, Math.min(ms, 2 ** 31 - 1)));
  return () => clearTimeout(timer);
};
