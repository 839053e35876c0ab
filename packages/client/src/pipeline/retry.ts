import type { Call } from '../call/call.js';
import type { Deadline } from '../call/deadline.js';
import type { NexconnError } from '../errors.js';
import type { RetryPlan, Settings } from '../resolve-options.js';
import { codeOf, isOwnShortage } from '../response/attempt-error.js';
import { awaitSecret } from './await-secret.js';
import type { Attempt, Parts } from './parts.js';

/** Resolves to the milliseconds before the next attempt, undefined where the failed one was the last. */
export type Retry = (attempt: Attempt) => Promise<number | undefined>;

/** Returns what decides on each further attempt of one call. */
export function startRetry(call: Call, deadline: Deadline, parts: Parts): Retry {
  const { failover, settings, random } = parts;
  const mayRepeat = (failure: NexconnError): boolean => parts.mayRepeat?.(call, failure) ?? true;
  const retryRejectedSignature = startSignatureRetry(call, deadline, parts);

  return async function retry(attempt) {
    const { host, failure, answer, receivedAt } = attempt;
    if (!failure) return undefined;
    if (failure.code === 'DEADLINE_EXCEEDED') {
      // A host that was silent for as long as it usually has is down; one that had only the rest of the time may not be.
      if (attempt.tookMs >= normalTimeoutMs(settings)) failover.failed(host);
      else failover.released(host);
      return undefined;
    }
    deadline.failure = failure;
    if (attempt.isReset && !call.resend && mayRepeat(failure)) return sendAgain(attempt);
    if (
      failure.code === 'SIGNATURE_REJECTED' ||
      failure.code === 'CREDENTIALS_REJECTED' ||
      parts.secrets.mayRenew?.(failure)
    )
      return retryRejectedSignature(attempt);
    const isOtherNext = reportToFailover(attempt, failure);
    if (call.attempts >= settings.retry.maxAttempts) return undefined;
    if (!mayRepeat(failure)) return undefined;
    // No delay before another host: back-off spares the host that failed.
    if (isOtherNext) return 0;
    if (!failure.retryable || !settings.retry.isOn) return undefined;
    const { 'retry-after': retryAfter, date } = answer?.response.headers ?? attempt.unreadHeaders ?? {};
    const delayMs = retryDelayMs(settings.retry, call.attempts, readRetryAfter(retryAfter, date, receivedAt), random);
    // The failure explains more than a deadline that has passed.
    return delayMs < deadline.leftMs() ? delayMs : undefined;
  };

  /** The host closed a connection that was idle, as it may: that is no failure, neither of the host nor of the call. */
  function sendAgain({ host }: Attempt): number {
    failover.released(host);
    call.resend = 'due';
    return 0;
  }

  /** Reports to failover what was seen; returns whether another host is next. */
  function reportToFailover({ host, answer }: Attempt, failure: NexconnError): boolean {
    if (!isHostTrouble(failure) || answer?.hasWrongResult) {
      if (answer) failover.succeeded(host);
      else failover.released(host);
      return false;
    }
    call.failedAt = [...call.failedAt, host];
    // The caller's own haste says nothing about the host.
    if (failure.code === 'TIMEOUT' && call.timeoutMs < normalTimeoutMs(settings)) failover.released(host);
    else if (failover.failed(host)) return true;
    return failover.hasOther(call.failedAt);
  }
}

/** Returns the milliseconds that a host normally has for an answer, which a call may shorten. */
function normalTimeoutMs({ timeoutMs, deadlineMs }: Settings): number {
  return Math.min(timeoutMs, deadlineMs / 2);
}

/** Returns what decides on the retry of a rejected signature: once for each reason that another one can mend. */
function startSignatureRetry(
  call: Call,
  deadline: Deadline,
  { failover, secrets, clock, settings, mayResend }: Parts,
): Retry {
  let [triesClock, triesSecret, triesResend] = [true, true, true];

  return async function retryRejectedSignature({ host, secret, failure, answer, sentAt, receivedAt, clockOffsetMs }) {
    failover.succeeded(host);
    // Even after the last attempt, the calls to come profit from what is learned here.
    const next = call.attempts < settings.retry.maxAttempts ? 0 : undefined;
    const isSignature = (failure as NexconnError).code === 'SIGNATURE_REJECTED';
    if (isSignature && answer && triesClock && clock.learn(answer.response, sentAt, receivedAt, clockOffsetMs)) {
      triesClock = false;
      return next;
    }
    if (triesSecret) {
      triesSecret = false;
      if (await awaitSecret(secrets.rejected(secret), call, deadline, secrets)) return next;
    }
    // The runtime has sent it twice, after a connection was reset, and the second one carried a used nonce.
    if (!isSignature || !mayResend || !triesResend) return undefined;
    triesResend = false;
    return next;
  };
}

/** Whether a failure is the host's rather than the call's, or this machine's. */
export function isHostTrouble({ code, apiCode, cause }: NexconnError): boolean {
  if (code === 'NETWORK') return !isOwnShortage(codeOf(cause));
  if (code === 'TIMEOUT' || code === 'SERVICE_FAILED') return true;
  return apiCode === undefined && (code === 'UNEXPECTED_RESPONSE' || code === 'MALFORMED_RESPONSE');
}

/**
 * Returns the milliseconds before the next attempt: full jitter over a doubling range, but not before `Retry-After`.
 *
 * `attempts` have been made; `random` returns 0 to 1.
 */
export function retryDelayMs(
  { baseDelayMs, maxDelayMs, maxRetryAfterMs }: RetryPlan,
  attempts: number,
  retryAfterMs: number | undefined,
  random: () => number,
): number {
  const jitter = random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempts - 1));
  // The jitter comes on top, so that callers with the same Retry-After do not all come back at once.
  return retryAfterMs === undefined ? jitter : Math.min(retryAfterMs, maxRetryAfterMs) + jitter;
}

/**
 * Returns the milliseconds that a `Retry-After` header asks to wait; undefined where it says nothing usable.
 *
 * A date is compared with the `Date` of the response, where it has one: this machine's clock may be off.
 * `spec/vectors/retry-after.json` lists what each kind of text comes to.
 */
export function readRetryAfter(value: unknown, date: unknown, nowMs: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  // Date.parse reads other texts than a date of HTTP as one, too.
  if (!/\d\d:\d\d:\d\d/.test(value)) return undefined;
  const waitMs = Date.parse(value) - (Date.parse(String(date)) || nowMs);
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}
