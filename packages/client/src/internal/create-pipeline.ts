import type { NexconnError } from '../errors.js';
import type { Call } from './call.js';
import type { Answer } from './classify-answer.js';
import type { Clock } from './create-clock.js';
import type { Emit } from './create-emitter.js';
import { createHosts, type Hosts, type HostsOptions } from './create-hosts.js';
import type { Secrets } from './create-secrets.js';
import { createSignalWatcher } from './create-signal-watcher.js';
import type { Turns } from './create-turns.js';
import type { Message } from './message.js';
import { nextAttempt } from './next-attempt.js';
import type { Settings } from './resolve-settings.js';
import { type Outcome, runAttempt } from './run-attempt.js';
import { type Ending, startEnding } from './start-ending.js';
import type { WireResponse } from './wire.js';

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
}

/** Makes the one way that every call takes to the API, in whichever style it is written. */
export function createPipeline(parts: ClientParts): Pipeline {
  const watchSignal = createSignalWatcher();

  async function run(message: Message, call: Call): Promise<Reply> {
    const ending = startEnding(call, parts.stopwatch, watchSignal);
    // A host of its own has no backup.
    const hosts = message.host ? createHosts([message.host], aloneOptions(parts)) : parts.hosts;
    const own = hosts === parts.hosts ? parts : { ...parts, hosts };
    try {
      for (;;) {
        const outcome = await runAttempt(message, call, ending, own);
        const planned = nextAttempt(outcome, call, ending, own);
        const next = planned instanceof Promise ? await planned : planned;
        if (next === undefined) return replyOf(outcome);
        if (next > 0) await pause(next, call, ending, parts);
      }
    } finally {
      ending.release();
    }
  }

  return async function observe(message, call) {
    const { emit, stopwatch } = parts;
    const startedAt = stopwatch();
    emit('call-start', () => ({ call: call.info }));
    const tell = (failure: NexconnError | undefined) =>
      emit('call-end', () => ({
        call: call.info,
        requestId: call.sentRequestId,
        attempts: call.attempts,
        durationMs: stopwatch() - startedAt,
        ...(failure && { code: failure.code }),
      }));
    try {
      const reply = await run(message, call);
      tell(reply.answer.failure);
      return reply;
    } catch (error) {
      tell(error as NexconnError);
      throw error;
    }
  };
}

async function pause(waitMs: number, { info }: Call, ending: Ending, { emit, stopwatch }: ClientParts): Promise<void> {
  const startedAt = stopwatch();
  await ending.sleep(waitMs);
  emit('wait', () => ({ call: info, reason: 'retry' as const, durationMs: stopwatch() - startedAt }));
}

function aloneOptions({ stopwatch }: ClientParts): HostsOptions {
  return { coolDownMs: 1, clock: stopwatch, onFailover: () => {} };
}

/** @throws {NexconnError} of a response that is no answer of the API's: whoever reads it expects the documented types */
function replyOf({ response, answer, failure }: Outcome): Reply {
  if (!response || !answer || (failure && !answer.isRefusal)) throw failure as NexconnError;
  return { response, answer };
}
