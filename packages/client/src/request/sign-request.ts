import { sign } from '#platform';
import type { ChosenSecret } from '../app-secrets.js';
import type { Settings } from '../resolve-options.js';
import type { HttpRequest } from '../transport/transport.js';

type Headers = HttpRequest['headers'];

/** Returns the headers of one attempt, with a nonce and a timestamp of its own. */
export async function signRequest(
  { headers }: HttpRequest,
  { appSecret }: ChosenSecret,
  now: () => number,
  { appKey, headerPrefix, nonce }: Settings,
): Promise<Headers> {
  return Object.assign(await sign({ appKey, appSecret, headerPrefix }, { now, nonce }), headers);
}

/** Whether a header is one of a signature, which the client sets itself in place of any that a caller has set. */
export function isSignatureHeader(name: string): boolean {
  return /^(rc-)?(app-key|nonce|timestamp|signature)$/i.test(name);
}

/** Returns the signature among signed headers: whoever has it can send the request again, so no message may show it. */
export function signatureOf(headers: Headers, { headerPrefix }: Settings): string {
  return headers[`${headerPrefix ?? ''}Signature`] ?? '';
}
