import { sign } from '#platform';
import type { ChosenSecret } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import { createRedact, legible } from '../redaction/safe-cause.js';
import type { Settings } from '../resolve-options.js';
import { attemptError } from '../response/attempt-error.js';
import type { HttpRequest } from '../transport/transport.js';
import type { Parts } from './parts.js';

type Headers = HttpRequest['headers'];

/**
 * Returns the headers of one attempt, with a nonce and a timestamp of its own; a promise of them where hashing takes one.
 *
 * @throws {NexconnError} where it could not be signed
 */
export function signRequest(
  { headers }: HttpRequest,
  call: Call,
  { appSecret }: ChosenSecret,
  { settings, clock, secrets }: Parts,
): Headers | Promise<Headers> {
  const { appKey, headerPrefix, nonce } = settings;
  const add = (signed: Record<string, string>): Headers => Object.assign(signed, settings.headers, headers);
  const fail = (error: unknown): never => {
    throw attemptError(legible(error), call, '', createRedact(secrets.known()));
  };
  try {
    const signed = sign({ appKey, appSecret, headerPrefix }, { now: clock.now, nonce });
    return signed instanceof Promise ? signed.then(add, fail) : add(signed);
  } catch (error) {
    return fail(error);
  }
}

/** Returns the signature among signed headers: whoever has it can send the request again, so no message may show it. */
export function signatureOf(headers: Headers, { headerPrefix }: Settings): string {
  return headers[`${headerPrefix ?? ''}Signature`] ?? '';
}
