import type { Secrets } from '../app-secrets.js';
import { type Call, detailsOf } from '../call/call.js';
import type { Deadline } from '../call/deadline.js';
import { NexconnConfigurationError, NexconnError } from '../errors.js';
import { createRedact, safeCause } from '../safe-cause.js';

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
  { known }: Pick<Secrets, 'known'>,
): Promise<T> {
  return deadline.run((resolve, reject) => {
    asked.then(resolve, (error) => reject(secretError(error, call, known())));
    return () => {};
  });
}

/** Returns the error for a provider of App Secrets that failed. */
function secretError(error: unknown, call: Call, known: readonly string[]): NexconnError {
  const sent = call.attempts === 0 ? 'was not sent' : 'was not sent again';
  const isWrong = error instanceof NexconnError;
  const problem = isWrong ? `gave no App Secret: ${error.message}` : 'failed.';
  const message = `${call.title} ${sent}: the function given as appSecret ${problem} Mend it, or pass the secret itself.`;
  const redact = createRedact(known);
  const cause = isWrong ? undefined : safeCause(error, (text) => withoutLikelySecrets(redact(text)));
  return new NexconnConfigurationError(message, {
    code: 'INVALID_OPTION',
    option: 'appSecret',
    cause,
    ...detailsOf(call),
  });
}

/**
 * Returns a text without the words that could be an App Secret: those with letters and digits, and long ones.
 *
 * The provider may name a secret in its error before it has ever returned it, so that it cannot be redacted by value.
 */
function withoutLikelySecrets(text: string): string {
  const redactWord = (word: string): string =>
    word.length >= 24 || (/\d/.test(word) && /[a-z]/i.test(word)) ? '[redacted]' : word;
  // The lines of a stack name places in the code.
  const redactLine = (line: string): string => (/^ +at /.test(line) ? line : line.replace(/[\w+/=-]{6,}/g, redactWord));
  return text.split('\n').map(redactLine).join('\n');
}
