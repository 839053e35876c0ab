import type { Fingerprint } from './fingerprint.js';
import { noRow } from './no-row.js';

type FingerprintAt = (row: number) => Fingerprint;

/** Finds rows by fingerprint without holding a fingerprint: it asks the rows. */
export interface FingerprintIndex {
  /** The row takes the place of one with the same fingerprint. */
  readonly set: (row: number, fingerprintAt: FingerprintAt) => void;
  /** The row, or `noRow`. */
  readonly find: (fingerprint: Fingerprint, fingerprintAt: FingerprintAt) => number;
  readonly copy: () => FingerprintIndex;
}

/** Each grows by itself, so that no single request pays for moving a million rows. A power of two. */
const shardCount = 64;

interface Shard {
  /** Row + 1; 0 is an empty slot. Its length is a power of two, at least double of `used`. */
  slots: Uint32Array;
  used: number;
}

/** Makes an empty index: open addressing, since a `Map` takes ten times the memory and rehashes all at once. */
export function createFingerprintIndex(): FingerprintIndex {
  return indexOf(Array.from({ length: shardCount }, () => ({ slots: new Uint32Array(8), used: 0 })));
}

function indexOf(shards: readonly Shard[]): FingerprintIndex {
  const shardFor = ({ high }: Fingerprint): Shard => shards[high % shardCount] as Shard;

  return {
    set(row, fingerprintAt) {
      const fingerprint = fingerprintAt(row);
      const shard = shardFor(fingerprint);
      if (shard.used * 2 >= shard.slots.length) grow(shard, fingerprintAt);
      const slot = findSlot(shard.slots, fingerprint, fingerprintAt);
      if (shard.slots[slot] === 0) shard.used += 1;
      shard.slots[slot] = row + 1;
    },
    find(fingerprint, fingerprintAt) {
      const { slots } = shardFor(fingerprint);
      const content = slots[findSlot(slots, fingerprint, fingerprintAt)] ?? 0;
      return content === 0 ? noRow : content - 1;
    },
    copy: () => indexOf(shards.map(({ slots, used }) => ({ slots: slots.slice(), used }))),
  };
}

/** The slot of this fingerprint, or the empty one where it belongs. */
function findSlot(slots: Uint32Array, { high, low }: Fingerprint, fingerprintAt: FingerprintAt): number {
  const mask = slots.length - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const content = slots[slot] ?? 0;
    if (content === 0) return slot;
    const there = fingerprintAt(content - 1);
    if (there.low === low && there.high === high) return slot;
  }
}

function grow(shard: Shard, fingerprintAt: FingerprintAt): void {
  const larger = new Uint32Array(shard.slots.length * 2);
  for (const content of shard.slots) {
    if (content !== 0) larger[findSlot(larger, fingerprintAt(content - 1), fingerprintAt)] = content;
  }
  shard.slots = larger;
}
