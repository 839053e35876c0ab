import { readSentSignature, type WayToSign } from '../signature/ways-to-sign.js';
import type { MismatchCause, RequestHeaders, SigningCredentials } from '../types.js';

/** Resolves with what `explainMismatch` of `@nexconn-kit/signing` returns. */
export async function explainMismatch(
  headers: RequestHeaders,
  credentials: Pick<SigningCredentials, 'appKey' | 'appSecret'>,
): Promise<MismatchCause | undefined> {
  const signature = readSentSignature(headers, credentials);
  if (!signature) return undefined;
  const { sent, encoding, ways } = signature;
  for (const way of ways) {
    const bytes = await hash(way);
    if (equalInConstantTime(sent, encoding === 'hex' ? toHex(bytes) : toBase64(bytes))) return way.cause;
  }
  return undefined;
}

const algorithms = { sha1: 'SHA-1', sha256: 'SHA-256' } as const;

async function hash({ algorithm, key, text }: WayToSign): Promise<Uint8Array> {
  const name = algorithms[algorithm];
  const bytes = new TextEncoder().encode(text);
  if (key === undefined) return new Uint8Array(await crypto.subtle.digest(name, bytes));
  // WebCrypto takes no empty key; HMAC fills a key up with zero bytes, so that this is the same one.
  const keyBytes = new TextEncoder().encode(key || '\0');
  const imported = await crypto.subtle.importKey('raw', keyBytes, { name: 'HMAC', hash: name }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, bytes));
}

/** Returns 40 lower-case hexadecimal digits for 20 bytes. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** `timingSafeEqual` is of Node alone. */
function equalInConstantTime(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let at = 0; at < expected.length; at += 1) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0;
}
