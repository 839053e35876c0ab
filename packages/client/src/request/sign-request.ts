import { sign } from '#platform';
import type { ChosenSecret } from '../app-secrets.js';
import type { Settings } from '../resolve-options.js';
import type { Message } from './message.js';

/** The headers of one attempt. */
export interface SignedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** Must appear in no message: whoever has it can send the request again. */
  readonly signature: string;
}

const signatureHeader = /^(rc-)?(app-key|nonce|timestamp|signature)$/i;

/** Signs with a fresh nonce and timestamp, in place of any signature headers that the caller set. */
export function signMessage(
  { headers }: Message,
  { appSecret }: ChosenSecret,
  now: () => number,
  { appKey, headerPrefix, nonce }: Settings,
): SignedHeaders | Promise<SignedHeaders> {
  const signed = sign({ appKey, appSecret, headerPrefix }, { now, nonce });
  const join = (own: Record<string, string>): SignedHeaders => {
    const joined: Record<string, string> = {};
    for (const name in headers) if (!signatureHeader.test(name)) joined[name] = headers[name] as string;
    return { headers: Object.assign(joined, own), signature: own[`${headerPrefix ?? ''}Signature`] ?? '' };
  };
  return signed instanceof Promise ? signed.then(join) : join(signed);
}
