import { hash } from 'node:crypto';

/** The first 64 bits of a text's SHA-256, in two halves: what is kept of a token. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/** Two of a million texts have the same with a chance of one in 30 million. */
export function fingerprintOf(text: string): Fingerprint {
  return parseDigits(hash('sha256', text, 'hex'));
}

/** Gives the 16 hexadecimal digits that name a token. */
export function toTokenId({ high, low }: Fingerprint): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** `undefined` where the text names no token. */
export function fromTokenId(tokenId: string): Fingerprint | undefined {
  return /^[0-9a-f]{16}$/.test(tokenId) ? parseDigits(tokenId) : undefined;
}

function parseDigits(digits: string): Fingerprint {
  return { high: Number.parseInt(digits.slice(0, 8), 16), low: Number.parseInt(digits.slice(8, 16), 16) };
}
