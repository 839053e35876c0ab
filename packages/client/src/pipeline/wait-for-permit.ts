import { type Call, detailsOf } from '../call/call.js';
import type { Deadline } from '../call/deadline.js';
import type { Emit } from '../create-emitter.js';
import { NexconnAbortError, type NexconnError, NexconnRateLimitError } from '../errors.js';
import { createPacer, type Pacer } from '../rate-limit/limiter.js';
import type { Settings } from '../resolve-options.js';
import { safeCause } from '../safe-cause.js';

/** The turns of all calls of a client. */
export interface Turns {
  /** Sets `call.answered`; a promise only where there is something to wait for. @throws {NexconnError} QUEUE_TOO_LONG, ABORTED */
  readonly take: (call: Call, deadline: Deadline) => Promise<void> | undefined;
  /** @throws {NexconnRateLimitError} QUEUE_TOO_LONG, where the call would be refused now */
  readonly check: (call: Call) => void;
  /** Has those who wait rejected with ABORTED, and ends every timer. */
  readonly stop: () => void;
}

/** Makes the step that has each attempt wait for its turn within the rate limit of its operation. */
export function createTurns({ rateLimit, appKey }: Settings, clock: () => number, emit: Emit): Turns {
  const pacers = new Map<string, Pacer>();
  if (!rateLimit) return { take: () => undefined, check: () => {}, stop: () => {} };
  const { perSecond, maxQueueMs, store, shareWithoutStore } = rateLimit;

  function pacerOf(operation: NonNullable<Call['operation']>): Pacer | undefined {
    const { operationId, rateLimit: documented } = operation;
    const known = pacers.get(operationId);
    if (known || (!documented && perSecond === undefined)) return known;
    const limit = perSecond ?? documented?.limit ?? 1;
    const windowMs = perSecond === undefined ? (documented?.windowSeconds ?? 1) * 1000 : 1000;
    // The name holds no secret; a store may show it to whoever looks after it.
    const key = `nexconn:rate:${appKey}:${operationId}`;
    const pacer = createPacer({
      limit,
      windowMs,
      clock,
      shared: store && { store, key, share: shareWithoutStore },
      onStore: (isLost, error) => {
        const cause = safeCause(error, (text) => text);
        emit('rate-store', () => ({ state: isLost ? ('lost' as const) : ('found' as const), ...(cause && { cause }) }));
      },
    });
    pacers.set(operationId, pacer);
    return pacer;
  }

  return {
    take(call, deadline) {
      const pacer = call.operation && pacerOf(call.operation);
      const leftMs = deadline.leftMs();
      const maxWaitMs = Math.min(maxQueueMs, leftMs);
      const turn = pacer?.take({
        lane: call.info.lane,
        maxWaitMs,
        tooLong: (expectedMs, comeBackMs) =>
          maxWaitMs < maxQueueMs ? deadline.error() : queueError(call, maxQueueMs, expectedMs, comeBackMs()),
        stopped: () => closedError(call),
        onGone: (giveUp) => deadline.onAbort(giveUp),
      });
      if (!(turn instanceof Promise)) {
        call.answered = turn;
        return undefined;
      }
      const startedAt = clock();
      return turn.then((answered) => {
        call.answered = answered;
        emit('wait', () => ({ call: call.info, reason: 'rate' as const, durationMs: clock() - startedAt }));
      });
    },
    check(call) {
      const refused = (call.operation && pacerOf(call.operation))?.refuse({
        lane: call.info.lane,
        maxWaitMs: maxQueueMs,
        tooLong: (expectedMs, comeBackMs) => queueError(call, maxQueueMs, expectedMs, comeBackMs()),
      });
      if (refused) throw refused;
    },
    stop() {
      for (const pacer of pacers.values()) pacer.stop();
    },
  };
}

function closedError(call: Call): NexconnError {
  const message = `${call.title} was not sent: the client was closed while it waited for its turn within the rate limit.`;
  return new NexconnAbortError(message, { code: 'ABORTED', ...detailsOf(call) });
}

function queueError(call: Call, maxQueueMs: number, expectedMs: number, comeBackMs: number): NexconnError {
  const expectedWaitMs = Math.ceil(expectedMs);
  const retryAfterMs = Math.ceil(comeBackMs);
  const message =
    `${call.title} was not sent: its turn within the rate limit would come in about ${expectedWaitMs} ms, ` +
    `and rateLimit.maxQueueMs is ${maxQueueMs}. Call again in ${retryAfterMs} ms, or raise it.`;
  return new NexconnRateLimitError(message, {
    code: 'QUEUE_TOO_LONG',
    retryable: true,
    expectedWaitMs,
    retryAfterMs,
    ...detailsOf(call),
  });
}
