// The namespace, because a named import of `hash` fails to link on a runtime that has only `createHash`.
import * as crypto from 'node:crypto';

/** Gives the SHA-1 of a text's UTF-8 bytes as 40 lower-case hexadecimal digits. */
export const sha1Hex: (text: string) => string = crypto.hash
  ? (text) => crypto.hash('sha1', text)
  : (text) => crypto.createHash('sha1').update(text).digest('hex');
