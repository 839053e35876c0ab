import type { ChosenSecret, Secrets } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import { timeoutError } from '../call/call-errors.js';
import type { Deadline } from '../call/deadline.js';
import type { NexconnError } from '../errors.js';
import type { Host } from '../failover.js';
import { headerSecrets } from '../redaction/header-secrets.js';
import { createRedact, legible, type Redact } from '../redaction/safe-cause.js';
import type { Settings } from '../resolve-options.js';
import { attemptError } from '../response/attempt-error.js';
import { classifyAnswer, readBody } from '../response/classify-answer.js';
import {
  BodyTooLarge,
  ConnectionReset,
  type HttpRequest,
  type HttpResponse,
  type TransportHandler,
} from '../transport/transport.js';
import { awaitSecret } from './await-secret.js';
import type { Attempt, Parts } from './parts.js';
import { signatureOf } from './sign-request.js';

/** What an attempt ends with that waits for a connection to a host that goes down: it has not been sent, and picks again. */
const hostIsDown = new Error();

/**
 * Tries once: waits for its permit, signs with a nonce and timestamp of its own, sends, reads and classifies.
 *
 * @throws {NexconnError} where nothing was sent, or the caller ended the call
 */
export async function runAttempt(request: HttpRequest, call: Call, deadline: Deadline, parts: Parts): Promise<Attempt> {
  const { settings, failover, secrets, clock, rateLimits } = parts;
  // Nothing is awaited where there is nothing to wait for: each time costs as much as a check of the request.
  const waiting = rateLimits.waitForPermit(call, deadline);
  if (waiting) await waiting;
  const { onPermit } = call;
  // One that does not settle ends with the call.
  if (call.attempts === 0 && onPermit) {
    await deadline.run<void>((resolve, reject) => {
      (async () => onPermit())().then(resolve, reject);
      return () => undefined;
    });
  }
  const secret = secrets.pick(call, request) ?? (await awaitSecret(secrets.ask(call), call, deadline, secrets));
  const clockOffsetMs = clock.offsetMs();
  const signed = parts.sign(request, call, secret, parts);
  const headers = signed instanceof Promise ? await signed : signed;
  deadline.check();
  const isResent = call.resend === 'due';
  if (call.resend) call.resend = 'done';
  const redact = redactFor(secrets, request, headers, settings);
  for (;;) {
    const host = failover.pick(call.failedAt);
    const attempt = createAttempt(host, secret, clockOffsetMs, isResent, parts);
    call.attempts += countOf(attempt);
    try {
      const response = await send(addressTo(host, request, headers, secret, call), call, deadline, attempt, parts);
      attempt.answer = classifyAnswer(readBody(response), response, call, redact);
      attempt.failure = attempt.answer.failure;
    } catch (thrown) {
      const error = legible(thrown);
      attempt.isReset = error instanceof ConnectionReset;
      if (error instanceof BodyTooLarge) attempt.unreadHeaders = error.headers;
      if (error !== hostIsDown)
        attempt.failure = attemptError(attempt.isReset ? (error as Error).cause : error, call, host.origin, redact);
    }
    if (attempt.isSent) return conclude(attempt, call, parts);
    failover.whenDown(host, undefined);
    failover.released(host);
    if (attempt.failure) throw attempt.failure;
  }
}

/** Returns what an attempt adds to those of its call: the same one, sent again, adds nothing. */
function countOf({ isResent }: Attempt): number {
  return isResent ? 0 : 1;
}

/** Ends an attempt that was sent. */
function conclude(attempt: Attempt, call: Call, parts: Parts): Attempt {
  releasePermit(attempt, call);
  attempt.receivedAt = timeOf(parts.settings);
  attempt.tookMs = parts.monotonicNow() - attempt.startedAt;
  // One that is sent again is told of once.
  if (!attempt.isReset || call.resend) emitAttempt(attempt, call, parts);
  return attempt;
}

function releasePermit({ answer, failure }: Attempt, call: Call): void {
  const { permit } = call;
  call.permit = undefined;
  if (failure?.code === 'RATE_LIMITED') permit?.release('refused');
  else permit?.release(answer ? 'answered' : 'lost');
}

function createAttempt(
  host: Host,
  secret: ChosenSecret,
  clockOffsetMs: number,
  isResent: boolean,
  { settings, monotonicNow }: Parts,
): Attempt {
  const sentAt = timeOf(settings);
  // One literal: with a spread, engines make the object anew for each number that changes its kind, a quarter of a call's cost.
  return {
    host,
    secret,
    clockOffsetMs,
    isReset: false,
    isResent,
    isSent: true,
    startedAt: monotonicNow(),
    tookMs: 0,
    sentAt,
    receivedAt: sentAt,
    answer: undefined,
    unreadHeaders: undefined,
    failure: undefined,
  };
}

/** Returns the time of the caller's clock, which a signature has been refused for if it is none; it may fail later. */
function timeOf({ now }: Settings): number {
  try {
    return Number(now());
  } catch {
    return Number.NaN;
  }
}

function addressTo(
  { origin, prefix }: Host,
  { method, path: below, body }: HttpRequest,
  headers: HttpRequest['headers'],
  { query = '' }: ChosenSecret,
  { attempts, resend }: Call,
): HttpRequest {
  const path = prefix + below + query;
  const isOverNewConnection = resend !== undefined;
  const isRepeated = attempts > 1 || isOverNewConnection;
  return { origin, path, method, headers, body, isRepeated, isOverNewConnection };
}

/** Returns what takes secrets out of texts, which is looked at only where something went wrong. */
function redactFor(
  secrets: Secrets,
  { headers: given }: HttpRequest,
  signed: HttpRequest['headers'],
  settings: Settings,
): Redact {
  return (text) => createRedact([...headerSecrets(given), ...secrets.known(), signatureOf(signed, settings)])(text);
}

function emitAttempt({ host, answer, failure, tookMs }: Attempt, call: Call, { emit }: Parts): void {
  const issues = answer?.longTexts;
  if (issues) emit('long-text', () => ({ call: call.info, issues }));
  emit('attempt', () => ({
    call: call.info,
    attempt: call.attempts,
    host: host.origin,
    durationMs: tookMs,
    ...(answer && { status: answer.response.status }),
    ...(failure && { code: failure.code, ...(failure.apiCode !== undefined && { apiCode: failure.apiCode }) }),
  }));
}

/**
 * Sends, and rejects once the timeout of an attempt is over even where the transport does not notice. The time of an attempt
 * begins when it is sent: a wait for a connection is only bounded by the deadline.
 */
function send(
  request: HttpRequest,
  call: Call,
  deadline: Deadline,
  attempt: Attempt,
  { emit, failover, monotonicNow, settings }: Parts,
): Promise<HttpResponse> {
  const { host } = attempt;
  const tellWait = (durationMs: number): void =>
    emit('wait', () => ({ call: call.info, reason: 'connection' as const, durationMs }));
  const timeout = (leftMs: number) => (): NexconnError =>
    leftMs < call.timeoutMs ? deadline.error() : timeoutError(call, request.origin);
  const firstLeftMs = deadline.leftMs(attempt.startedAt);
  return deadline.run(
    (onResponse, onError, limit) => {
      const onWait = (): void => {
        attempt.isSent = false;
        call.attempts -= countOf(attempt);
        limit(deadline.leftMs(), () => deadline.error());
        failover.whenDown(host, () => {
          failover.whenDown(host, undefined);
          cancel();
          tellWait(monotonicNow() - attempt.startedAt);
          onError(hostIsDown);
        });
      };
      const onSend: TransportHandler['onSend'] = (waitedFor) => {
        const durationMs = monotonicNow() - attempt.startedAt;
        attempt.isSent = true;
        failover.whenDown(host, undefined);
        attempt.startedAt += durationMs;
        attempt.sentAt = timeOf(settings);
        call.attempts += countOf(attempt);
        const leftMs = deadline.leftMs(attempt.startedAt);
        limit(Math.min(call.timeoutMs, leftMs), timeout(leftMs));
        if (waitedFor !== 'transport') tellWait(durationMs);
      };
      const cancel = call.send(request, { onResponse, onError, onWait, onSend });
      return cancel;
    },
    Math.min(call.timeoutMs, firstLeftMs),
    timeout(firstLeftMs),
  );
}
