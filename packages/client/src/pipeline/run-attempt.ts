import type { ChosenSecret, Secrets } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import { timeoutError } from '../call/call-errors.js';
import type { Deadline } from '../call/deadline.js';
import type { Host } from '../failover.js';
import { createRedact, type Redact } from '../redaction/safe-cause.js';
import type { Settings } from '../resolve-options.js';
import { attemptError } from '../response/attempt-error.js';
import { classifyAnswer, readBody } from '../response/classify-answer.js';
import type { HttpRequest, HttpResponse } from '../transport/transport.js';
import { awaitSecret } from './await-secret.js';
import type { Attempt, Parts } from './parts.js';
import { signatureOf, signRequest } from './sign-request.js';

/**
 * Tries once: waits for its permit, signs with a nonce and timestamp of its own, sends, reads and classifies.
 *
 * @throws {NexconnError} where nothing was sent, or the caller ended the call
 */
export async function runAttempt(request: HttpRequest, call: Call, deadline: Deadline, parts: Parts): Promise<Attempt> {
  const { settings, failover, secrets, clock, rateLimits, monotonicNow } = parts;
  await rateLimits.waitForPermit(call, deadline);
  const secret = secrets.pick() ?? (await awaitSecret(secrets.ask(), call, deadline, secrets));
  const clockOffsetMs = clock.offsetMs();
  const headers = await signRequest(request, call, secret, parts);
  deadline.check();
  const host = failover.pick();
  call.attempts += 1;
  const startedAt = monotonicNow();
  const attempt = createAttempt(host, secret, clockOffsetMs, settings.now());
  const redact = redactFor(secrets, headers, settings);
  try {
    const response = await send(addressTo(host, request, headers), call, deadline, startedAt);
    attempt.answer = classifyAnswer(readBody(response), response, call, redact);
    attempt.failure = attempt.answer.failure;
  } catch (error) {
    attempt.failure = attemptError(error, call, host.origin, redact);
  }
  releasePermit(attempt, call);
  attempt.receivedAt = settings.now();
  emitAttempt(attempt, call, startedAt, parts);
  if (attempt.failure?.code === 'ABORTED') {
    failover.released(host);
    throw attempt.failure;
  }
  return attempt;
}

function releasePermit({ answer, failure }: Attempt, call: Call): void {
  const { permit } = call;
  call.permit = undefined;
  if (failure?.code === 'RATE_LIMITED') permit?.release('refused');
  else permit?.release(answer ? 'answered' : 'lost');
}

function createAttempt(host: Host, secret: ChosenSecret, clockOffsetMs: number, sentAt: number): Attempt {
  return { host, secret, clockOffsetMs, sentAt, receivedAt: sentAt, answer: undefined, failure: undefined };
}

function addressTo(
  { origin, prefix }: Host,
  { method, path, body }: HttpRequest,
  headers: HttpRequest['headers'],
): HttpRequest {
  return { origin, path: prefix + path, method, headers, body };
}

/** Returns what takes secrets out of texts, which is looked at only where something went wrong. */
function redactFor(secrets: Secrets, headers: HttpRequest['headers'], settings: Settings): Redact {
  return (text) => createRedact([...secrets.known(), signatureOf(headers, settings)])(text);
}

function emitAttempt({ host, answer, failure }: Attempt, call: Call, startedAt: number, parts: Parts): void {
  const { emit, monotonicNow } = parts;
  emit('attempt', () => ({
    call: call.info,
    attempt: call.attempts,
    host: host.origin,
    durationMs: monotonicNow() - startedAt,
    ...(answer && { status: answer.response.status }),
    ...(failure && { code: failure.code, ...(failure.apiCode !== undefined && { apiCode: failure.apiCode }) }),
  }));
}

/** Sends, and rejects once the timeout of an attempt is over even where the transport does not notice. */
function send(request: HttpRequest, call: Call, deadline: Deadline, startedAt: number): Promise<HttpResponse> {
  const leftMs = deadline.leftMs(startedAt);
  return deadline.run(
    (onResponse, onError) => call.send(request, { onResponse, onError }),
    Math.min(call.timeoutMs, leftMs),
    () => (leftMs < call.timeoutMs ? deadline.error() : timeoutError(call, request.origin)),
  );
}
