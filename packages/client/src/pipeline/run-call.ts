import type { Secrets } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import { type Ending, startEnding } from '../call/deadline.js';
import { createSignalWatcher } from '../call/signal-watcher.js';
import type { Clock } from '../clock-skew.js';
import type { Emit } from '../create-emitter.js';
import type { NexconnError } from '../errors.js';
import { createHosts, type Host, type Hosts } from '../failover.js';
import type { Message } from '../request/message.js';
import type { Settings } from '../resolve-options.js';
import type { Answer } from '../response/classify-answer.js';
import type { WireResponse } from '../transport/transport.js';
import type { Tally } from './create-tally.js';
import { nextAttempt } from './retry.js';
import { type Outcome, runAttempt } from './run-attempt.js';
import type { Turns } from './wait-for-permit.js';

/** A success or a refusal of the API. */
export interface Reply {
  readonly answer: Answer;
  readonly response: WireResponse;
}

/** Takes a call from its message to a success or a refusal of the API; rejects with whatever else it comes to. */
export type Pipeline = (message: Message, call: Call) => Promise<Reply>;

/** What the calls of a client have in common. */
export interface ClientParts {
  readonly settings: Settings;
  readonly hosts: Hosts;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly emit: Emit;
  /** Gives monotonic milliseconds. */
  readonly stopwatch: () => number;
  readonly random: () => number;
  readonly tally: Tally;
  /** Whether the transport may send a request again by itself, as the `fetch` of some runtimes does. */
  readonly mayResend: boolean;
  /** Names an App Secret without showing it. */
  readonly secretIdOf: (appSecret: string) => Promise<string>;
}

/** Makes the one way that every call takes to the API, in whichever style it is written. */
export function createPipeline(parts: ClientParts): Pipeline {
  const watchSignal = createSignalWatcher();
  const { emit, stopwatch, tally } = parts;

  return async function run(message, call) {
    const startedAt = stopwatch();
    tally.begin();
    tellStart(call, emit);
    let ending: Ending | undefined;
    try {
      ending = startEnding(call, stopwatch, watchSignal);
      const own = message.host ? { ...parts, hosts: hostAlone(message.host, parts) } : parts;
      const reply = await tryUntilDone(message, call, ending, own);
      tellEnd(call, reply.answer.failure, stopwatch() - startedAt, emit);
      return reply;
    } catch (error) {
      tellEnd(call, error as NexconnError, stopwatch() - startedAt, emit);
      throw error;
    } finally {
      ending?.release();
      tally.end();
    }
  };
}

async function tryUntilDone(message: Message, call: Call, ending: Ending, parts: ClientParts): Promise<Reply> {
  for (;;) {
    const outcome = await runAttempt(message, call, ending, parts);
    const planned = nextAttempt(outcome, call, ending, parts);
    const next = planned instanceof Promise ? await planned : planned;
    if (next === undefined) {
      if (call.onAccepted && !outcome.failure) await tellAccepted(outcome, call, parts);
      return replyOf(outcome);
    }
    if (next > 0) await pause(next, call, ending, parts);
  }
}

async function tellAccepted({ secret }: Outcome, call: Call, { secretIdOf }: ClientParts): Promise<void> {
  const secretId = await secretIdOf(secret.appSecret);
  call.onAccepted?.({ secretId, requestId: call.sentRequestId, attempts: call.attempts });
}

function tellStart({ info }: Call, emit: Emit): void {
  emit('call-start', () => ({ call: info }));
}

function tellEnd(call: Call, failure: NexconnError | undefined, durationMs: number, emit: Emit): void {
  emit('call-end', () => ({
    call: call.info,
    requestId: call.sentRequestId,
    attempts: call.attempts,
    durationMs,
    ...(failure && { code: failure.code }),
  }));
}

/** A host that only one call goes to has no backup. */
function hostAlone(host: Host, { stopwatch }: ClientParts): Hosts {
  return createHosts([host], { coolDownMs: 1, clock: stopwatch, onFailover: () => {} });
}

async function pause(waitMs: number, { info }: Call, ending: Ending, { emit, stopwatch }: ClientParts): Promise<void> {
  const startedAt = stopwatch();
  await ending.sleep(waitMs);
  emit('wait', () => ({ call: info, reason: 'retry' as const, durationMs: stopwatch() - startedAt }));
}

/** @throws {NexconnError} of a response that is no answer of the API's: whoever reads it expects the documented types */
function replyOf({ response, answer, failure }: Outcome): Reply {
  if (!response || !answer || (failure && !answer.isRefusal)) throw failure as NexconnError;
  return { response, answer };
}
