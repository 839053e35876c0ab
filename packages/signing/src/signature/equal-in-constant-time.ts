import { timingSafeEqual } from 'node:crypto';

/** Compares two texts in a time that does not tell how much of them agrees. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  // The length of a signature is no secret, and timingSafeEqual throws on different ones.
  return a.length === b.length && timingSafeEqual(a, b);
}
