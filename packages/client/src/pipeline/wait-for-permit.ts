import type { Call } from '../call/call.js';
import { closedError, queueError } from '../call/call-errors.js';
import type { Deadline } from '../call/deadline.js';
import type { Emit } from '../create-emitter.js';
import { refuseOption } from '../errors.js';
import { createLimiter, type Limiter, startTimer } from '../rate-limit/limiter.js';
import type { PermitSource } from '../rate-limit/permit-source.js';
import { createWindow } from '../rate-limit/window.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { type Redact, safeCause } from '../redaction/safe-cause.js';
import type { Settings } from '../resolve-options.js';

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
export function createRateLimits(
  { rateLimit, appKey }: Settings,
  monotonicNow: () => number,
  emit: Emit,
  redact: Redact,
): RateLimits {
  const limiters = new Map<string, Limiter>();
  if (!rateLimit) return { waitForPermit: () => undefined, check: () => {}, stop: () => {} };
  const { perSecond, maxQueueMs, store, shareWithoutStore } = rateLimit;
  const onLost = (error: unknown): void => {
    const cause = safeCause(error, (text) => redactLikelySecrets(redact(text)));
    emit('rate-store', () => ({ state: 'lost' as const, ...(cause && { cause }) }));
  };
  const onFound = (): void => emit('rate-store', () => ({ state: 'found' as const }));

  function onLimit(operationId: string, ownPerSecond: number, perSecond: number): void {
    emit('rate-limit', () => ({ operationId, perSecond, ownPerSecond }));
  }

  function limiterOf({ operation }: Call): Limiter | undefined {
    const known = operation && limiters.get(operation.operationId);
    if (known || !operation) return known;
    const rate = perSecond === undefined ? operation.rateLimit : { limit: perSecond, windowSeconds: 1 };
    if (!rate) return undefined;
    const own = { limit: rate.limit, windowMs: rate.windowSeconds * 1000, monotonicNow };
    // The name holds no secret; a store may show it to whoever looks after it.
    const key = `nexconn:rate:${appKey}:${operation.operationId}`;
    const shared = {
      ...{ ...own, key, shareWithoutStore, startTimer, onLost, onFound },
      onLimit: (inForce: number) => onLimit(operation.operationId, rate.limit / rate.windowSeconds, inForce),
    };
    const createSource = (onPermits: () => void) =>
      store ? checkSource(store.connect({ ...shared, onPermits })) : createWindow(own);
    const limiter = createLimiter({ createSource, monotonicNow, startTimer });
    limiters.set(operation.operationId, limiter);
    return limiter;
  }

  return {
    waitForPermit(call, deadline) {
      const maxWaitMs = Math.min(maxQueueMs, deadline.leftMs());
      const acquired = limiterOf(call)?.acquire({
        // What has been sent once is not left behind what hasn't.
        priority: deadline.failure ? 'begun' : call.info.priority,
        maxWaitMs,
        onQueueFull: (expectedMs, retryAfterMs) =>
          maxWaitMs < maxQueueMs
            ? deadline.error()
            : queueError(call, maxQueueMs, expectedMs, retryAfterMs(), deadline.failure),
        onStopped: () => closedError(call, deadline.failure),
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
      const refused = limiterOf(call)?.check({
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

/** @throws {NexconnConfigurationError} INVALID_OPTION, where a store of one's own connects to something else */
function checkSource(source: PermitSource): PermitSource {
  const isSource = [source?.waitMs, source?.take, source?.spacingMs].every((each) => typeof each === 'function');
  return isSource ? source : refuseOption('rateLimit.store', 'does not connect. Pass one that createRateStore makes.');
}
