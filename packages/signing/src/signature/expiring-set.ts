/** A set of texts with an expiry each; when it is full, the oldest makes room for a new one. */
export interface ExpiringSet {
  /** Adds a text, and returns whether it was new; times are in any one unit. */
  readonly add: (text: string, expiresAt: number, now: number) => boolean;
}

/** A power of two; small enough for a service with many small apps. */
const firstRows = 64;

/**
 * Creates an empty set, which keeps a randomly seeded 64-bit hash of each text, and its expiry, in typed arrays: 24 to 48
 * bytes for each text, and nothing for the garbage collector to trace. With 100,000 texts in it, a new one is mistaken for
 * one of them once in 10^14.
 */
export function createExpiringSet(capacity: number): ExpiringSet {
  const [seedHigh = 0, seedLow = 0] = crypto.getRandomValues(new Uint32Array(2));
  // A ring of rows in the order of insertion, starting at `oldest`; its length is a power of two.
  let [highs, lows, expiries] = makeRows(firstRows);
  let oldest = 0;
  let used = 0;
  // An open-addressing hash table of row + 1, 0 for none, never more than half full.
  let slots = new Uint32Array(firstRows * 2);

  /** Returns the slot of this hash, or the empty one where it belongs. */
  function findSlot(high: number, low: number): number {
    const mask = slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const row = (slots[slot] as number) - 1;
      if (row < 0 || (lows[row] === low && highs[row] === high)) return slot;
    }
  }

  /** Empties a slot, and moves later ones up so that a search still reaches them. */
  function emptySlot(emptied: number): void {
    const mask = slots.length - 1;
    let gap = emptied;
    for (let slot = (gap + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = (lows[(slots[slot] as number) - 1] as number) & mask;
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        slots[gap] = slots[slot] as number;
        gap = slot;
      }
    }
    slots[gap] = 0;
  }

  function forgetOldest(): void {
    const slot = findSlot(highs[oldest] as number, lows[oldest] as number);
    // A text that was added again after its expiry has a later row.
    if (slots[slot] === oldest + 1) emptySlot(slot);
    oldest = (oldest + 1) & (highs.length - 1);
    used -= 1;
  }

  function grow(): void {
    const full = [highs, lows, expiries] as const;
    [highs, lows, expiries] = makeRows(full[0].length * 2);
    copyRing(full[0], highs, oldest);
    copyRing(full[1], lows, oldest);
    copyRing(full[2], expiries, oldest);
    oldest = 0;
    slots = new Uint32Array(highs.length * 2);
    for (const row of full[0].keys()) slots[findSlot(highs[row] as number, lows[row] as number)] = row + 1;
  }

  return {
    add(text, expiresAt, now) {
      let high = seedHigh;
      let low = seedLow;
      for (let index = 0; index < text.length; index += 1) {
        const unit = text.charCodeAt(index);
        high = Math.imul(high ^ unit, 0x9e3779b1);
        low = Math.imul(low ^ unit, 0x85ebca6b);
        // Multiplication alone carries differences only towards the high bits.
        high = (high ^ (high >>> 15)) >>> 0;
        low = (low ^ (low >>> 15)) >>> 0;
      }
      const known = (slots[findSlot(high, low)] as number) - 1;
      if (known >= 0 && (expiries[known] as number) >= now) return false;
      if (!(expiresAt >= now)) return true;
      while (used > 0 && (used + 1 > capacity || (expiries[oldest] as number) < now)) forgetOldest();
      if (used === highs.length) grow();
      const row = (oldest + used) & (highs.length - 1);
      highs[row] = high;
      lows[row] = low;
      expiries[row] = expiresAt;
      slots[findSlot(high, low)] = row + 1;
      used += 1;
      return true;
    },
  };
}

function makeRows(count: number): [Uint32Array, Uint32Array, Float64Array] {
  return [new Uint32Array(count), new Uint32Array(count), new Float64Array(count)];
}

/** Copies a ring to the beginning of a larger one, its oldest row first. */
function copyRing(ring: Uint32Array | Float64Array, larger: Uint32Array | Float64Array, oldest: number): void {
  larger.set(ring.subarray(oldest));
  larger.set(ring.subarray(0, oldest), ring.length - oldest);
}
