import { attemptError, deadlineErrors } from './attempt-error.js';
import type { Call } from './call.js';
import { classifyAnswer } from './classify-answer.js';
import { createSignalWatcher, type WatchSignal } from './create-signal-watcher.js';
import { makeReply, type Reply } from './make-reply.js';
import { type Message, prepareMessage } from './prepare-message.js';
import { readResponse } from './read-response.js';
import type { Settings } from './resolve-settings.js';
import { createRedact } from './safe-cause.js';
import { signMessage } from './sign-message.js';
import { startDeadline } from './start-deadline.js';
import { transmit } from './transmit.js';

/** Takes a call from its request to a success or a refusal of the API; rejects with whatever else it comes to. */
export type Pipeline = (request: Request, call: Call) => Promise<Reply>;

/** Makes the one way that every call takes to the API, in whichever style it is written. */
export function createPipeline(settings: Settings): Pipeline {
  const watchSignal = createSignalWatcher();
  return async function run(request, call) {
    const message = await prepareMessage(request, call, settings);
    return attempt(message, call, settings, watchSignal);
  };
}

/** Tries once: each attempt has its own nonce, timestamp and deadline, and the message stays as it was. */
async function attempt(message: Message, call: Call, settings: Settings, watchSignal: WatchSignal): Promise<Reply> {
  const { url, signal } = message.request;
  const secrets = [settings.credentials.appSecret];
  const redact = createRedact(secrets);
  const signals = call.signal ? [call.signal, signal] : [signal];
  const deadline = startDeadline(call.timeoutMs, signals, watchSignal, deadlineErrors(call, url));
  try {
    const signed = await deadline.race(signMessage(message, settings));
    secrets.push(signed.signature);
    const response = await deadline.race(transmit(signed, call.fetch, deadline.signal));
    const read = await deadline.race(readResponse(response, deadline.signal));
    return makeReply(read, classifyAnswer(read, call, redact));
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : attemptError(error, call, url, redact);
  } finally {
    deadline.clear();
  }
}
