import type { Fingerprint } from './fingerprint.js';

/** 64 bits by which a user ID is found again; unlike a token it is no secret, so that a quick hash does. */
export function userFingerprintOf(userId: string): Fingerprint {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (let index = 0; index < userId.length; index += 1) {
    const unit = userId.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    // A product alone would carry what differs upward only.
    high ^= high >>> 15;
    low ^= low >>> 15;
  }
  return { high: high >>> 0, low: low >>> 0 };
}
