import { randomBytes } from 'node:crypto';

/** Drawing this many bytes costs little more than drawing a token's. */
const poolBytes = 8192;

/** Makes a source of random bytes that draws many at once; each part of a pool is given out once. */
export function createRandomPool(draw: (bytes: number) => Uint8Array = randomBytes): (bytes: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array();
  let used = 0;
  return function takeRandom(bytes) {
    if (bytes > poolBytes) return draw(bytes);
    if (used + bytes > pool.length) {
      // A new one, because what was given out of the last may still be in use.
      pool = draw(poolBytes);
      used = 0;
    }
    used += bytes;
    return pool.subarray(used - bytes, used);
  };
}
