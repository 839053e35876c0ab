// The namespace, because a named import of `hash` fails to link on a runtime that has only `createHash`.
import * as nodeCrypto from 'node:crypto';

/** Returns the SHA-1 of a text's UTF-8 bytes as 40 lower-case hexadecimal digits. Apart from the rest: WebCrypto needs none of it. */
export const sha1Hex: (text: string) => string = chooseSha1Hex(nodeCrypto);

/** Returns the hash by the one-shot `hash`, which is twice as fast, where the runtime has it. */
export function chooseSha1Hex({
  hash,
  createHash,
}: {
  hash?: (algorithm: string, text: string) => string;
  createHash: typeof nodeCrypto.createHash;
}): (text: string) => string {
  return hash ? (text) => hash('sha1', text) : (text) => createHash('sha1').update(text).digest('hex');
}
