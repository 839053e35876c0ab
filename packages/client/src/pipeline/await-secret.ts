import type { Secrets } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import { callError, notSent } from '../call/call-errors.js';
import type { Deadline } from '../call/deadline.js';
import { NexconnConfigurationError, NexconnError } from '../errors.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { createRedact, legible, safeCause } from '../redaction/safe-cause.js';

/**
 * Resolves to what a provider of App Secrets resolves to. Rejects with an error of the call where the provider fails, or
 * where the deadline or the caller's signal ends the call first; the provider is not cancelled then.
 *
 * @throws {NexconnError} ABORTED, DEADLINE_EXCEEDED or INVALID_OPTION
 */
export function awaitSecret<T>(
  asked: Promise<T>,
  call: Call,
  deadline: Deadline,
  { known, failed = secretError }: Pick<Secrets, 'known' | 'failed'>,
): Promise<T> {
  // Where the call is over already nobody listens, and a rejection that nobody handles ends the process.
  asked.catch(() => {});
  return deadline.run((resolve, reject) => {
    asked.then(resolve, (error) => reject(failed(legible(error), call, known())));
    return () => undefined;
  });
}

/** Returns the error for a provider of App Secrets that failed. */
function secretError(
  error: unknown,
  call: Pick<Call, 'title' | 'operation' | 'requestId' | 'attempts'>,
  known: readonly string[],
): NexconnError {
  const { problem, ...details } = describeFailure(error, known);
  return callError(NexconnConfigurationError, call, `${notSent(call.attempts)}: ${problem}`, details);
}

/** Returns the error for App Secrets that have no names, since their provider failed. */
export function namelessError(error: unknown, known: readonly string[]): NexconnConfigurationError {
  const { problem, ...details } = describeFailure(error, known);
  return new NexconnConfigurationError(`The App Secrets have no names yet: ${problem}`, details);
}

/** Returns what errors say of a provider of App Secrets that failed. */
function describeFailure(error: unknown, known: readonly string[]) {
  const isWrong = error instanceof NexconnError;
  const reason = isWrong ? `gave no App Secret: ${error.message}` : 'failed.';
  const problem = `the function given as appSecret ${reason} Mend it, or pass the secret itself.`;
  // The provider may name a secret in its error before it has ever returned it.
  const redact = createRedact(known);
  const cause = isWrong ? undefined : safeCause(error, (text) => redactLikelySecrets(redact(text)));
  return { problem, code: 'INVALID_OPTION', option: 'appSecret', cause } as const;
}
