import type { Call } from '../call/call.js';
import type { Ending } from '../call/deadline.js';
import { askedFor } from './await-secret.js';
import { isHostTrouble, retryDelayMs } from './plan-retry.js';
import { readRetryAfter } from './read-retry-after.js';
import type { Outcome } from './run-attempt.js';
import type { ClientParts } from './run-call.js';

/** Learns from an attempt, and gives the milliseconds until the next one; undefined where it was the last. */
export function nextAttempt(
  outcome: Outcome,
  call: Call,
  ending: Ending,
  parts: ClientParts,
): number | undefined | Promise<number | undefined> {
  const { host, secret, failure, response, sentAt, receivedAt } = outcome;
  const { hosts, secrets, settings, random } = parts;
  if (!failure) {
    hosts.succeeded(host);
    secrets.accepted(secret);
    return undefined;
  }
  if (failure.code === 'DEADLINE_EXCEEDED') {
    // A host that was silent for most of the call is in trouble; one that had only the rest of it may not be.
    if (receivedAt - sentAt >= call.deadlineMs / 2) hosts.failed(host);
    else hosts.released(host);
    return undefined;
  }
  ending.failure = failure;
  const isSecretRefused = failure.code === 'SIGNATURE_REJECTED' || failure.code === 'CREDENTIALS_REJECTED';
  if (isSecretRefused) return afterRefusal(outcome, call, ending, parts);
  let isOtherUp = false;
  if (isHostTrouble(failure)) isOtherUp = hosts.failed(host);
  else hosts.succeeded(host);
  const { retry } = settings;
  if (call.attempts >= retry.maxAttempts) return undefined;
  // The same call goes on at once: the other host is not the one that is in trouble.
  if (isOtherUp) return 0;
  if (!failure.retryable || !retry.isOn) return undefined;
  const retryAfterMs = readRetryAfter(response?.headers ?? {}, receivedAt);
  const delayMs = retryDelayMs(retry, call.attempts, retryAfterMs, random);
  // What went wrong says more than that time ran out.
  return delayMs < ending.leftMs() ? delayMs : undefined;
}

/** A refused signature is tried anew once for each reason that signing anew can mend. */
async function afterRefusal(
  { host, secret, failure, response, sentAt, receivedAt, clockOffsetMs }: Outcome,
  call: Call,
  ending: Ending,
  { hosts, secrets, clock, settings, mayResend }: ClientParts,
): Promise<number | undefined> {
  hosts.succeeded(host);
  const { tried } = ending;
  // What is learned is for the calls to come, too.
  const next = call.attempts < settings.retry.maxAttempts ? 0 : undefined;
  const isSignature = failure?.code === 'SIGNATURE_REJECTED';
  if (isSignature && response && !tried.clock && clock.learn(response, sentAt, receivedAt, clockOffsetMs)) {
    tried.clock = true;
    return next;
  }
  if (!tried.secret) {
    tried.secret = true;
    const refused = secrets.refused(secret);
    const isAnother = refused instanceof Promise ? await askedFor(refused, call, ending, secrets) : refused;
    if (isAnother) return next;
  }
  // The runtime has sent it twice, after a connection was reset, and the second one carried a used nonce.
  if (!isSignature || !mayResend || tried.resend) return undefined;
  tried.resend = true;
  return next;
}
