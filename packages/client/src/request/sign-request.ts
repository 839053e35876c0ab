import { sign } from '#platform';
import type { ChosenSecret } from '../app-secrets.js';
import type { Settings } from '../resolve-options.js';
import type { HttpRequest } from '../transport/transport.js';

type Headers = HttpRequest['headers'];

const signatureHeader = /^(rc-)?(app-key|nonce|timestamp|signature)$/i;

/**
 * Returns the headers of one attempt, with a fresh nonce and timestamp in place of any signature headers that the caller
 * set; a promise where the runtime signs later.
 */
export function signRequest(
  { headers }: HttpRequest,
  { appSecret }: ChosenSecret,
  now: () => number,
  { appKey, headerPrefix, nonce }: Settings,
): Headers | Promise<Headers> {
  const signed = sign({ appKey, appSecret, headerPrefix }, { now, nonce });
  const join = (own: Record<string, string>): Headers => {
    const joined: Record<string, string> = {};
    for (const name in headers) if (!signatureHeader.test(name)) joined[name] = headers[name] as string;
    return Object.assign(joined, own);
  };
  return signed instanceof Promise ? signed.then(join) : join(signed);
}

/** Returns the signature among signed headers: whoever has it can send the request again, so no message may show it. */
export function signatureOf(headers: Headers, { headerPrefix }: Settings): string {
  return headers[`${headerPrefix ?? ''}Signature`] ?? '';
}
