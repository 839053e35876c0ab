import { SigningError, signRequest } from '@nexconn-kit/signing/webcrypto';
import type { Signed } from './judge-signature.js';

/** Each step of a signature, or what is wrong with the field that it fails for. */
export type Calculation =
  | (Signed & { readonly text: string; readonly bytes: readonly string[] })
  | { readonly field: 'nonce' | 'timestamp'; readonly problem: string };

/** Returns each text on the way to a signature. */
export async function calculate(given: Omit<Signed, 'signature'>): Promise<Calculation> {
  const { appKey, appSecret, nonce, timestamp } = given;
  if (!/^\d{1,15}$/.test(timestamp)) {
    return { field: 'timestamp', problem: 'This is no Unix time: write 13 digits, milliseconds since 1970.' };
  }
  const time = Number(timestamp);
  if (`${time}` !== timestamp) return { field: 'timestamp', problem: 'A number has no zeros before it.' };
  try {
    const { Signature } = await signRequest({ appKey, appSecret }, { nonce: () => nonce, now: () => time });
    const text = appSecret + nonce + timestamp;
    const bytes = [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0'));
    return { ...given, text, bytes, signature: Signature };
  } catch (error) {
    if (!(error instanceof SigningError) || error.field !== 'nonce') throw error;
    return { field: 'nonce', problem: `The ${error.message}` };
  }
}

/** Returns a remark on a time that a signature can be made of, and that the API will refuse; `undefined` for a usual one. */
export function remarkOn(timestamp: string): string | undefined {
  return /^\d{1,11}$/.test(timestamp) ? 'These are seconds: the API takes milliseconds, 13 digits.' : undefined;
}
