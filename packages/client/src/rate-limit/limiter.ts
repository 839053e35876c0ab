import type { Permit, PermitSource } from './permit-source.js';
import { createPriorityQueue, type Priority, type Waiter } from './priority-queue.js';
import { createRetryTimes } from './retry-times.js';
import type { Timers } from './timers.js';

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

/** What a limiter consists of. */
export interface LimiterOptions {
  /** Returns where permits come from; it calls `onPermits` when there may be one that `waitMs` did not announce. */
  readonly createSource: (onPermits: () => void) => PermitSource;
  readonly monotonicNow: () => number;
  readonly timers: Timers;
}

/** Creates a limiter; it holds a timer only while a request waits. */
export function createLimiter({ createSource, monotonicNow, timers }: LimiterOptions): Limiter {
  const queue = createPriorityQueue();
  const retryTimes = createRetryTimes();
  const source = createSource(serve);
  let wakeAt = Number.POSITIVE_INFINITY;
  let cancelWake = (): void => {};

  /** Grants what there is, and wakes up for what is still to come. */
  function serve(): void {
    for (let first = queue.first(); first; first = queue.first()) {
      const now = monotonicNow();
      const waitMs = source.waitMs(now, first.cameAt);
      if (waitMs > 0) {
        wake(now + waitMs, waitMs);
        break;
      }
      remove(first);
      first.grant(source.take(now, first.cameAt));
    }
    source.onQueueSize?.(queue.size());
  }

  function wake(at: number, waitMs: number): void {
    if (at >= wakeAt) return;
    cancelWake();
    wakeAt = at;
    cancelWake = timers.after(waitMs, () => {
      wakeAt = Number.POSITIVE_INFINITY;
      serve();
    });
  }

  function remove(waiter: Waiter): void {
    queue.remove(waiter);
    if (queue.size() > 0) return;
    retryTimes.forget();
    cancelWake();
    wakeAt = Number.POSITIVE_INFINITY;
  }

  function expectedMs(ahead: number): number {
    const now = monotonicNow();
    const waitMs = source.waitMs(now, now);
    const spacingMs = source.spacingMs();
    return (Number.isFinite(waitMs) ? Math.max(0, waitMs) : spacingMs) + ahead * spacingMs;
  }

  function refusal(onQueueFull: PermitRequest['onQueueFull'], ahead: number): Error {
    const queueMs = expectedMs(queue.size());
    return onQueueFull(expectedMs(ahead), () => retryTimes.afterMs(monotonicNow(), queueMs, source.spacingMs()));
  }

  function check({ priority, maxWaitMs, onQueueFull }: Parameters<Limiter['check']>[0]): Error | undefined {
    const ahead = queue.ahead(priority);
    return expectedMs(ahead) > maxWaitMs ? refusal(onQueueFull, ahead) : undefined;
  }

  function wait({ priority, maxWaitMs, onQueueFull, onStopped, onAbort }: PermitRequest): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error): void => {
        end();
        remove(waiter);
        source.onQueueSize?.(queue.size());
        reject(error);
      };
      const cancel = timers.after(maxWaitMs, () => giveUp(refusal(onQueueFull, queue.aheadOf(waiter))));
      const unwatch = onAbort(giveUp);
      const end = (): void => {
        cancel();
        unwatch();
      };
      const waiter: Waiter = {
        priority,
        cameAt: monotonicNow(),
        grant(permit) {
          end();
          resolve(permit);
        },
        dismiss: () => giveUp(onStopped()),
      };
      queue.add(waiter);
      serve();
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
