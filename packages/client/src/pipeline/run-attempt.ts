import type { ChosenSecret, Secrets } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import type { Ending } from '../call/deadline.js';
import type { NexconnError } from '../errors.js';
import type { Host } from '../failover.js';
import type { Message } from '../request/message.js';
import { type SignedHeaders, signMessage } from '../request/sign-request.js';
import { attemptError, timeoutError } from '../response/attempt-error.js';
import { type Answer, classifyAnswer } from '../response/classify-answer.js';
import { readResponse } from '../response/read-response.js';
import { createRedact, type Redact } from '../response/safe-cause.js';
import type { WireRequest, WireResponse } from '../transport/transport.js';
import { askedFor } from './await-secret.js';
import type { ClientParts } from './run-call.js';

/** What an attempt came to. */
export interface Outcome {
  readonly host: Host;
  readonly secret: ChosenSecret;
  /** What the timestamp was corrected by. */
  readonly clockOffsetMs: number;
  /** In Unix milliseconds of this machine. */
  readonly sentAt: number;
  receivedAt: number;
  response: WireResponse | undefined;
  answer: Answer | undefined;
  failure: NexconnError | undefined;
}

/**
 * Tries once: waits for its turn, signs with a nonce and timestamp of its own, sends, reads and classifies.
 *
 * Awaits only where there is something to wait for: each turn of a promise costs as much as a step.
 *
 * @throws {NexconnError} where nothing was sent, or the caller ended the call
 */
export async function runAttempt(message: Message, call: Call, ending: Ending, parts: ClientParts): Promise<Outcome> {
  const { settings, hosts, secrets, clock, turns, stopwatch } = parts;
  // The caller may have ended it while nothing of it was under way.
  ending.check();
  const turn = turns.take(call, ending);
  if (turn) await turn;
  const picked = secrets.pick();
  const secret = picked instanceof Promise ? await askedFor(picked, call, ending, secrets) : picked;
  const clockOffsetMs = clock.offsetMs();
  const signing = sign(message, call, secret, parts);
  const signed = signing instanceof Promise ? await signing : signing;
  if (turn || picked instanceof Promise || signing instanceof Promise) ending.check();
  const host = hosts.pick();
  call.attempts += 1;
  const startedAt = stopwatch();
  const sentAt = settings.now();
  const outcome: Outcome = {
    host,
    secret,
    clockOffsetMs,
    sentAt,
    receivedAt: sentAt,
    response: undefined,
    answer: undefined,
    failure: undefined,
  };
  const redact = redactFor(secrets, signed.signature);
  try {
    outcome.response = await exchange(toWire(message, host, signed), call, ending);
    call.answered?.(true);
    outcome.answer = classifyAnswer(readResponse(outcome.response), call, redact);
    outcome.failure = outcome.answer.failure;
  } catch (error) {
    call.answered?.(false);
    outcome.failure = attemptError(error, call, host.origin, redact);
  }
  outcome.receivedAt = settings.now();
  tell(outcome, call, stopwatch() - startedAt, parts);
  if (outcome.failure?.code === 'ABORTED') {
    hosts.released(host);
    throw outcome.failure;
  }
  return outcome;
}

function toWire({ method, target, body }: Message, { origin, prefix }: Host, { headers }: SignedHeaders): WireRequest {
  return { origin, path: prefix + target, method, headers, body };
}

/** Looked at only where something went wrong. */
function redactFor(secrets: Secrets, signature: string): Redact {
  return (text) => createRedact([...secrets.known(), signature])(text);
}

function tell({ host, response, failure }: Outcome, call: Call, durationMs: number, { emit }: ClientParts): void {
  emit('attempt', () => ({
    call: call.info,
    attempt: call.attempts,
    host: host.origin,
    durationMs,
    ...(response && { status: response.status }),
    ...(failure && { code: failure.code, ...(failure.apiCode !== undefined && { apiCode: failure.apiCode }) }),
  }));
}

function sign(
  message: Message,
  call: Call,
  secret: ChosenSecret,
  { settings, clock, secrets }: ClientParts,
): SignedHeaders | Promise<SignedHeaders> {
  const explain = (error: unknown): never => {
    throw attemptError(error, call, '', createRedact(secrets.known()));
  };
  try {
    const signed = signMessage(message, secret, clock.now, settings);
    return signed instanceof Promise ? signed.catch(explain) : signed;
  } catch (error) {
    return explain(error);
  }
}

/** Sends, and ends at the attempt's time limit even where the transport does not notice. */
function exchange(request: WireRequest, call: Call, ending: Ending): Promise<WireResponse> {
  const leftMs = ending.leftMs();
  const limitMs = Math.max(0, Math.min(call.timeoutMs, leftMs));
  return new Promise((resolve, reject) => {
    const release = (): void => {
      clearTimeout(timer);
      unwatch();
    };
    const giveUp = (error: NexconnError): void => {
      release();
      reject(error);
      cancel();
    };
    const timer = setTimeout(() => {
      giveUp(leftMs < call.timeoutMs ? ending.deadline() : timeoutError(call, request.origin));
    }, limitMs);
    const unwatch = ending.onAbort(giveUp);
    const cancel = call.send(request, {
      arrived(response) {
        release();
        resolve(response);
      },
      failed(error) {
        release();
        reject(error);
      },
    });
  });
}
