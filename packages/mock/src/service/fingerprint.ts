import { createHash } from 'node:crypto';

/** The first 64 bits of a token's SHA-256, in two halves: what is kept of a token. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/** Two of a million tokens have the same with a chance of one in 30 million. */
export function fingerprintOf(token: string): Fingerprint {
  const digest = createHash('sha256').update(token).digest();
  return { high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) };
}

/** Gives the 16 hexadecimal digits that name a token. */
export function toTokenId({ high, low }: Fingerprint): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** `undefined` where the text names no token. */
export function fromTokenId(tokenId: string): Fingerprint | undefined {
  if (!/^[0-9a-f]{16}$/.test(tokenId)) return undefined;
  return { high: Number.parseInt(tokenId.slice(0, 8), 16), low: Number.parseInt(tokenId.slice(8), 16) };
}
