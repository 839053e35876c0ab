import { timingSafeEqual } from 'node:crypto';

/** Returns whether two texts are equal, in a time that does not depend on how much of them agrees. */
export function equalInConstantTime(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  // The length of a signature is no secret, and timingSafeEqual throws on different ones.
  return a.length === b.length && timingSafeEqual(a, b);
}
