import { type Call, detailsOf } from '../call/call.js';
import type { Deadline } from '../call/deadline.js';
import type { Emit } from '../create-emitter.js';
import { NexconnAbortError, type NexconnError, NexconnRateLimitError } from '../errors.js';
import { createLimiter, type Limiter } from '../rate-limit/limiter.js';
import { createTimers } from '../rate-limit/timers.js';
import { createWindow } from '../rate-limit/window.js';
import type { Settings } from '../resolve-options.js';
import { safeCause } from '../safe-cause.js';

/** The rate limits of a client, one for each operation that has one. */
export interface RateLimits {
  /** Sets `call.permit`; a promise only where there is something to wait for. @throws {NexconnError} QUEUE_TOO_LONG, ABORTED */
  readonly waitForPermit: (call: Call, deadline: Deadline) => Promise<void> | undefined;
  /** @throws {NexconnRateLimitError} QUEUE_TOO_LONG, where the call would be refused now */
  readonly check: (call: Call) => void;
  /** Rejects the calls that wait with ABORTED, and ends every timer. */
  readonly stop: () => void;
}

/** Creates the rate limits that each attempt keeps to. */
export function createRateLimits({ rateLimit, appKey }: Settings, monotonicNow: () => number, emit: Emit): RateLimits {
  const limiters = new Map<string, Limiter>();
  if (!rateLimit) return { waitForPermit: () => undefined, check: () => {}, stop: () => {} };
  const { perSecond, maxQueueMs, store, shareWithoutStore } = rateLimit;
  const timers = createTimers(monotonicNow);
  const onLost = (error: unknown): void => {
    const cause = safeCause(error, (text) => text);
    emit('rate-store', () => ({ state: 'lost' as const, ...(cause && { cause }) }));
  };
  const onFound = (): void => emit('rate-store', () => ({ state: 'found' as const }));

  function limiterOf({ operationId, rateLimit: documented }: NonNullable<Call['operation']>): Limiter | undefined {
    const known = limiters.get(operationId);
    if (known || (!documented && perSecond === undefined)) return known;
    const limit = perSecond ?? documented?.limit ?? 1;
    const windowMs = perSecond === undefined ? (documented?.windowSeconds ?? 1) * 1000 : 1000;
    const own = { limit, windowMs, monotonicNow };
    // The name holds no secret; a store may show it to whoever looks after it.
    const shared = { ...own, key: `nexconn:rate:${appKey}:${operationId}`, shareWithoutStore, timers, onLost, onFound };
    const createSource = (onPermits: () => void) => store?.connect({ ...shared, onPermits }) ?? createWindow(own);
    const limiter = createLimiter({ createSource, monotonicNow, timers });
    limiters.set(operationId, limiter);
    return limiter;
  }

  return {
    waitForPermit(call, deadline) {
      const maxWaitMs = Math.min(maxQueueMs, deadline.leftMs());
      const acquired = (call.operation && limiterOf(call.operation))?.acquire({
        priority: call.info.priority,
        maxWaitMs,
        onQueueFull: (expectedMs, retryAfterMs) =>
          maxWaitMs < maxQueueMs ? deadline.error() : queueError(call, maxQueueMs, expectedMs, retryAfterMs()),
        onStopped: () => closedError(call),
        onAbort: (giveUp) => deadline.onAbort(giveUp),
      });
      if (!(acquired instanceof Promise)) {
        call.permit = acquired;
        return undefined;
      }
      const startedAt = monotonicNow();
      return acquired.then((permit) => {
        call.permit = permit;
        emit('wait', () => ({ call: call.info, reason: 'rate' as const, durationMs: monotonicNow() - startedAt }));
      });
    },
    check(call) {
      const refused = (call.operation && limiterOf(call.operation))?.check({
        priority: call.info.priority,
        maxWaitMs: maxQueueMs,
        onQueueFull: (expectedMs, retryAfterMs) => queueError(call, maxQueueMs, expectedMs, retryAfterMs()),
      });
      if (refused) throw refused;
    },
    stop() {
      for (const limiter of limiters.values()) limiter.stop();
    },
  };
}

function closedError(call: Call): NexconnError {
  const message = `${call.title} was not sent: the client was closed while it waited for its turn within the rate limit.`;
  return new NexconnAbortError(message, { code: 'ABORTED', ...detailsOf(call) });
}

function queueError(call: Call, maxQueueMs: number, expectedMs: number, retryMs: number): NexconnError {
  const [expectedWaitMs, retryAfterMs] = [Math.ceil(expectedMs), Math.ceil(retryMs)];
  const message =
    `${call.title} was not sent: its turn within the rate limit would come in about ${expectedWaitMs} ms, ` +
    `and rateLimit.maxQueueMs is ${maxQueueMs}. Call again in ${retryAfterMs} ms, or raise it.`;
  const details = { code: 'QUEUE_TOO_LONG', retryable: true, expectedWaitMs, retryAfterMs } as const;
  return new NexconnRateLimitError(message, { ...details, ...detailsOf(call) });
}
