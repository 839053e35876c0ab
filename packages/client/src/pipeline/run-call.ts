import type { Call } from '../call/call.js';
import { type Deadline, startDeadline } from '../call/deadline.js';
import { callListener } from '../call-listener.js';
import type { NexconnError } from '../errors.js';
import { onlyHost } from '../failover.js';
import { legible } from '../redaction/safe-cause.js';
import type { Answer } from '../response/classify-answer.js';
import type { HttpRequest } from '../transport/transport.js';
import type { Attempt, Parts } from './parts.js';
import { type Retry, startRetry } from './retry.js';
import { runAttempt } from './run-attempt.js';

/** The one way that every call takes to the API, in whichever style it is written. */
export interface Pipeline {
  /**
   * Resolves to a success or a refusal of the API; rejects with whatever else the call ends in. The time of a call counts
   * from now on, unless it has begun.
   */
  readonly run: (request: HttpRequest, call: Call, begun?: Deadline) => Promise<Answer>;
  /** Resolves once no call is under way. */
  readonly idle: () => Promise<void>;
}

/** Creates the pipeline of a client. */
export function createPipeline(parts: Parts): Pipeline {
  const { emit, monotonicNow } = parts;
  let running = 0;
  const waiting: (() => void)[] = [];

  async function run(request: HttpRequest, call: Call, begun?: Deadline): Promise<Answer> {
    const startedAt = monotonicNow();
    running += 1;
    emit('call-start', () => ({ call: call.info }));
    let deadline = begun;
    let failure: NexconnError | undefined;
    try {
      deadline ??= startDeadline(call, monotonicNow);
      const { origin } = request;
      const own = origin === '' ? parts : { ...parts, failover: onlyHost({ origin, prefix: '' }) };
      const answer = await tryUntilDone(request, call, deadline, own);
      failure = answer.failure;
      return answer;
    } catch (error) {
      // What onPermit throws may be of any kind, and is told of below.
      failure = legible(error) as NexconnError;
      throw error;
    } finally {
      emitEnd(call, failure, startedAt, parts);
      // One that is still there was not used.
      call.permit?.release('unused');
      if (!begun) deadline?.release();
      running -= 1;
      if (running === 0) for (const resolve of waiting.splice(0)) resolve();
    }
  }

  return {
    run,
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

async function tryUntilDone(request: HttpRequest, call: Call, deadline: Deadline, parts: Parts): Promise<Answer> {
  let retry: Retry | undefined;
  for (;;) {
    const attempt = await runAttempt(request, call, deadline, parts);
    if (!attempt.failure) {
      parts.failover.succeeded(attempt.host);
      parts.secrets.accepted(attempt.secret);
      parts.clock.accepted(attempt.clockOffsetMs);
      if (call.onAccepted) await reportAccepted(attempt, call, call.onAccepted, parts);
      return answerOf(attempt);
    }
    retry ??= startRetry(call, deadline, parts);
    const delayMs = await retry(attempt);
    if (delayMs === undefined) return answerOf(attempt);
    if (delayMs > 0) await pause(delayMs, call, deadline, parts);
    // The caller may have ended it while nothing of it was under way.
    deadline.check();
  }
}

async function reportAccepted(
  { secret }: Attempt,
  { requestId, attempts }: Call,
  onAccepted: NonNullable<Call['onAccepted']>,
  { secrets }: Parts,
): Promise<void> {
  const secretId = await secrets.idOf(secret.appSecret);
  callListener('onAccepted', onAccepted, { secretId, requestId, attempts });
}

function emitEnd(
  { info, requestId, attempts }: Call,
  failure: NexconnError | undefined,
  startedAt: number,
  { emit, monotonicNow }: Parts,
): void {
  emit('call-end', () => ({
    call: info,
    requestId,
    attempts,
    durationMs: monotonicNow() - startedAt,
    ...(failure && { code: failure.code }),
  }));
}

async function pause(waitMs: number, call: Call, deadline: Deadline, { emit, monotonicNow }: Parts): Promise<void> {
  const startedAt = monotonicNow();
  await deadline.sleep(waitMs);
  emit('wait', () => ({ call: call.info, reason: 'retry' as const, durationMs: monotonicNow() - startedAt }));
}

/** @throws {NexconnError} of a response that is no answer of the API's: whoever reads it expects the documented types */
function answerOf({ answer, failure }: Attempt): Answer {
  if (!answer || (failure && !answer.isRefusal)) throw failure;
  return answer;
}
