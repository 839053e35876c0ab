import { sign } from '#platform';
import type { ChosenSecret } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import { createRedact } from '../redaction/safe-cause.js';
import type { Settings } from '../resolve-options.js';
import { attemptError } from '../response/attempt-error.js';
import type { HttpRequest } from '../transport/transport.js';
import type { Parts } from './parts.js';

type Headers = HttpRequest['headers'];

/**
 * Returns the headers of one attempt, with a nonce and a timestamp of its own.
 *
 * @throws {NexconnError} where it could not be signed
 */
export async function signRequest(
  { headers }: HttpRequest,
  call: Call,
  { appSecret }: ChosenSecret,
  { settings, clock, secrets }: Parts,
): Promise<Headers> {
  const { appKey, headerPrefix, nonce } = settings;
  try {
    return Object.assign(await sign({ appKey, appSecret, headerPrefix }, { now: clock.now, nonce }), headers);
  } catch (error) {
    throw attemptError(error, call, '', createRedact(secrets.known()));
  }
}

/** Returns the signature among signed headers: whoever has it can send the request again, so no message may show it. */
export function signatureOf(headers: Headers, { headerPrefix }: Settings): string {
  return headers[`${headerPrefix ?? ''}Signature`] ?? '';
}
