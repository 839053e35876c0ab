import { hash } from 'node:crypto';
import { type Column, createNumberColumn } from './column.js';

/** An index that numbers fingerprints and finds them again. */
export interface FingerprintIndex {
  readonly size: () => number;
  /** Returns the new row, which replaces an earlier one with the same fingerprint. */
  readonly add: (fingerprint: Fingerprint) => number;
  /** The last row with this fingerprint, or `noRow`. */
  readonly find: (fingerprint: Fingerprint) => number;
  readonly at: (row: number) => Fingerprint;
  readonly copy: () => FingerprintIndex;
}

/** Each shard grows by itself, so that no single request pays for moving a million rows. A power of two. */
const shardCount = 64;

interface Shard {
  /** Row + 1; 0 is an empty slot. Its length is a power of two, at least double of `used`. */
  slots: Uint32Array;
  used: number;
}

/** Creates an empty index with open addressing, since a `Map` takes ten times the memory and moves all rows at once. */
export function createFingerprintIndex(): FingerprintIndex {
  const shards = Array.from({ length: shardCount }, () => ({ slots: new Uint32Array(8), used: 0 }));
  return indexOf(shards, createNumberColumn(), createNumberColumn(), 0);
}

function indexOf(
  shards: readonly Shard[],
  highs: Column<number>,
  lows: Column<number>,
  firstSize: number,
): FingerprintIndex {
  let size = firstSize;

  /** The slot of this fingerprint, or the empty one where it belongs. */
  function findSlot(slots: Uint32Array, high: number, low: number): number {
    const mask = slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const content = slots[slot] ?? 0;
      if (content === 0 || (lows.get(content - 1) === low && highs.get(content - 1) === high)) return slot;
    }
  }

  function grow(shard: Shard): void {
    const larger = new Uint32Array(shard.slots.length * 2);
    for (const content of shard.slots) {
      if (content !== 0) larger[findSlot(larger, highs.get(content - 1), lows.get(content - 1))] = content;
    }
    shard.slots = larger;
  }

  const shardFor = (high: number): Shard => shards[high % shardCount] as Shard;

  return {
    size: () => size,
    add({ high, low }) {
      const shard = shardFor(high);
      if (shard.used * 2 >= shard.slots.length) grow(shard);
      const slot = findSlot(shard.slots, high, low);
      if (shard.slots[slot] === 0) shard.used += 1;
      highs.set(size, high);
      lows.set(size, low);
      size += 1;
      shard.slots[slot] = size;
      return size - 1;
    },
    find({ high, low }) {
      const { slots } = shardFor(high);
      const content = slots[findSlot(slots, high, low)] ?? 0;
      return content === 0 ? noRow : content - 1;
    },
    at: (row) => ({ high: highs.get(row), low: lows.get(row) }),
    copy: () =>
      indexOf(
        shards.map(({ slots, used }) => ({ slots: slots.slice(), used })),
        highs.copy(),
        lows.copy(),
        size,
      ),
  };
}

/** 64 bits that stand for a text, in two halves. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/** Returns the first 64 bits of a token's SHA-256; two of a million have the same with a chance of one in 30 million. */
export function fingerprintOf(text: string): Fingerprint {
  return parseDigits(hash('sha256', text, 'hex'));
}

/** Returns the 16 hexadecimal digits that name a token. */
export function toTokenId({ high, low }: Fingerprint): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** Returns the fingerprint of a token ID; `undefined` where the text is none. */
export function fromTokenId(tokenId: string): Fingerprint | undefined {
  return /^[0-9a-f]{16}$/.test(tokenId) ? parseDigits(tokenId) : undefined;
}

function parseDigits(digits: string): Fingerprint {
  return { high: Number.parseInt(digits.slice(0, 8), 16), low: Number.parseInt(digits.slice(8, 16), 16) };
}

/** Returns 64 bits by which a user ID is found again; it is no secret as a token is, so that a quick hash does. */
export function userFingerprintOf(userId: string): Fingerprint {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (let index = 0; index < userId.length; index += 1) {
    const unit = userId.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    // A product carries differences to higher bits only; the shift brings them back down.
    high ^= high >>> 15;
    low ^= low >>> 15;
  }
  return { high: high >>> 0, low: low >>> 0 };
}

/** Stands for no row. */
export const noRow = 0xff_ff_ff_ff;
