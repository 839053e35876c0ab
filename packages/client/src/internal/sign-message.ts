import { sign } from '#sign';
import type { Message } from './prepare-message.js';
import type { Settings } from './resolve-settings.js';

/** A message with the headers of one attempt. */
export interface SignedMessage extends Message {
  /** Must appear in no message: whoever has it can send the request again. */
  readonly signature: string;
}

/** Signs with a fresh nonce and timestamp, over whatever signature headers the caller set. */
export async function signMessage(message: Message, { credentials, signOptions }: Settings): Promise<SignedMessage> {
  const signed = await sign(credentials, signOptions);
  const headers = new Headers(message.headers);
  for (const name of Object.keys(signed)) {
    const plain = name.replace(/^RC-/, '');
    headers.delete(plain);
    headers.delete(`RC-${plain}`);
  }
  for (const [name, value] of Object.entries(signed)) headers.set(name, value);
  const prefix = credentials.headerPrefix ?? '';
  return { ...message, headers, signature: headers.get(`${prefix}Signature`) ?? '' };
}
