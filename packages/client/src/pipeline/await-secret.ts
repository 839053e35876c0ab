import type { Secrets } from '../app-secrets.js';
import { type Call, detailsOf } from '../call/call.js';
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
    return () => {};
  });
}

/** Returns the error for a provider of App Secrets that failed. */
function secretError(
  error: unknown,
  call: Pick<Call, 'title' | 'operation' | 'requestId' | 'attempts'>,
  known: readonly string[],
): NexconnError {
  const sent = call.attempts === 0 ? 'was not sent' : 'was not sent again';
  return providerError(error, known, `${call.title} ${sent}`, detailsOf(call));
}

/** Returns the error for what has failed by a provider of App Secrets. */
export function providerError(
  error: unknown,
  known: readonly string[],
  failed: string,
  details: Partial<ReturnType<typeof detailsOf>> = {},
): NexconnConfigurationError {
  const isWrong = error instanceof NexconnError;
  const problem = isWrong ? `gave no App Secret: ${error.message}` : 'failed.';
  const message = `${failed}: the function given as appSecret ${problem} Mend it, or pass the secret itself.`;
  // The provider may name a secret in its error before it has ever returned it.
  const redact = createRedact(known);
  const cause = isWrong ? undefined : safeCause(error, (text) => redactLikelySecrets(redact(text)));
  return new NexconnConfigurationError(message, { code: 'INVALID_OPTION', option: 'appSecret', cause, ...details });
}
