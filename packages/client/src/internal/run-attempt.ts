import type { NexconnError } from '../errors.js';
import { attemptError, secretError, timeoutError } from './attempt-error.js';
import type { Call } from './call.js';
import { type Answer, classifyAnswer } from './classify-answer.js';
import type { Host } from './create-hosts.js';
import type { ClientParts } from './create-pipeline.js';
import type { ChosenSecret } from './create-secrets.js';
import type { Message } from './message.js';
import { readResponse } from './read-response.js';
import { createRedact, type Redact } from './safe-cause.js';
import { type SignedHeaders, signMessage } from './sign-message.js';
import type { Ending } from './start-ending.js';
import type { WireRequest, WireResponse } from './wire.js';

/** What an attempt came to. */
export interface Outcome {
  readonly host: Host;
  readonly secret: ChosenSecret;
  /** What the timestamp was corrected by. */
  readonly clockOffsetMs: number;
  /** In Unix milliseconds of this machine. */
  readonly sentAt: number;
  readonly receivedAt: number;
  readonly response?: WireResponse;
  readonly answer?: Answer;
  readonly failure?: NexconnError | undefined;
}

/**
 * Tries once: waits for its turn, signs with a nonce and timestamp of its own, sends, reads and classifies.
 *
 * @throws {NexconnError} where nothing was sent, or the caller ended the call
 */
export async function runAttempt(message: Message, call: Call, ending: Ending, parts: ClientParts): Promise<Outcome> {
  const { settings, hosts, secrets, clock, turns, emit, stopwatch } = parts;
  // Awaited only where there is something to wait for: each turn of a promise costs as much as a step.
  const turn = turns.take(call, ending);
  if (turn) await turn;
  const picked = secrets.pick();
  const secret = picked instanceof Promise ? await attemptable(picked, call, parts) : picked;
  const clockOffsetMs = clock.offsetMs();
  const signing = sign(message, call, secret, parts);
  const signed = signing instanceof Promise ? await signing : signing;
  const host = hosts.pick();
  const { origin, prefix } = host;
  const { method, target, body } = message;
  call.attempts += 1;
  const attempt = call.attempts;
  const [sentAt, startedAt] = [settings.now(), stopwatch()];
  const redact: Redact = (text) => createRedact([...secrets.known(), signed.signature])(text);
  let response: WireResponse | undefined;
  let answer: Answer | undefined;
  let failure: NexconnError | undefined;
  try {
    response = await exchange({ origin, path: prefix + target, method, headers: signed.headers, body }, call, ending);
    answer = classifyAnswer(readResponse(response), call, redact);
    failure = answer.failure;
  } catch (error) {
    failure = attemptError(error, call, origin, redact);
    if (failure.code === 'ABORTED' || failure.code === 'INVALID_CONFIGURATION') {
      hosts.released(host);
      throw failure;
    }
  }
  const receivedAt = settings.now();
  emit('attempt', () => ({
    call: call.info,
    attempt,
    host: origin,
    durationMs: stopwatch() - startedAt,
    ...(response && { status: response.status }),
    ...(failure && { code: failure.code, ...(failure.apiCode !== undefined && { apiCode: failure.apiCode }) }),
  }));
  const known = { host, secret, clockOffsetMs, sentAt, receivedAt, failure };
  return response && answer ? { ...known, response, answer } : known;
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

/** A provider of secrets that fails is told as the call's failure, without what it said of them. */
async function attemptable(picked: Promise<ChosenSecret>, call: Call, { secrets }: ClientParts): Promise<ChosenSecret> {
  try {
    return await picked;
  } catch (error) {
    throw secretError(error, call, createRedact(secrets.known()));
  }
}

/** Sends, and ends at the attempt's time limit even where the transport does not notice. */
function exchange(request: WireRequest, call: Call, ending: Ending): Promise<WireResponse> {
  const leftMs = ending.leftMs();
  const limitMs = Math.min(call.timeoutMs, leftMs);
  return new Promise((resolve, reject) => {
    const flight = call.send(request);
    const giveUp = (error: NexconnError): void => {
      clearTimeout(timer);
      unwatch();
      reject(error);
      flight.cancel();
    };
    const timer = setTimeout(() => {
      giveUp(limitMs < call.timeoutMs ? ending.deadline() : timeoutError(call, request.origin));
    }, limitMs);
    const unwatch = ending.onAbort(giveUp);
    flight.response.then(
      (response) => {
        clearTimeout(timer);
        unwatch();
        resolve(response);
      },
      (error) => {
        clearTimeout(timer);
        unwatch();
        reject(error);
      },
    );
  });
}
