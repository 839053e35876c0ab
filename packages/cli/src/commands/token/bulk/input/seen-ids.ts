/** The user IDs that were seen. */
export interface SeenIds {
  /** Notes an ID; returns the line that had it before, or undefined. */
  readonly add: (userId: string, line: number) => number | undefined;
}

/** Slots of a table, 12 bytes each; each table has twice as many as the one before. */
const firstSlots = 2 ** 16;
/** All tables together have room for the IDs of three million rows; those after are compared with these, and not noted. */
const lastSlots = 2 ** 21;
const maxLoad = 0.75;

/**
 * Creates what notes the user IDs that were seen, by 64 bits of their hash: for a million of them, the chance that any is
 * taken for another is 1 in 37 million. The seed is random, so that nobody can choose an ID that is taken for theirs.
 *
 * A table that is full stays, and the next one stands beside it: copying it to a larger one would take the memory of both.
 */
export function createSeenIds(first: number = firstSlots, last: number = lastSlots): SeenIds {
  const [highSeed = 0, lowSeed = 0] = crypto.getRandomValues(new Uint32Array(2));
  const tables: Uint32Array[] = [];
  let newest = addTable(first);
  let room = first * maxLoad;

  function addTable(slots: number): Uint32Array {
    const table = new Uint32Array(slots * 3);
    tables.push(table);
    return table;
  }

  /** Reserves room for another one; returns false where there is none any more. */
  function makeRoom(): boolean {
    if (room > 0) return true;
    const slots = (newest.length / 3) * 2;
    if (slots > last) return false;
    newest = addTable(slots);
    room = slots * maxLoad;
    return true;
  }

  return {
    add(userId, line) {
      let high = highSeed;
      let low = lowSeed;
      for (let index = 0; index < userId.length; index += 1) {
        const unit = userId.charCodeAt(index);
        high = Math.imul(high ^ unit, 0x85ebca77);
        low = Math.imul(low ^ unit, 0xc2b2ae3d);
        high ^= low >>> 15;
        low ^= high >>> 13;
      }
      high = (Math.imul(high ^ (high >>> 16), 0x45d9f3b) ^ (low >>> 13)) >>> 0;
      low = (Math.imul(low ^ (low >>> 16), 0x45d9f3b) ^ (high >>> 13)) >>> 0;
      for (const table of tables) {
        const at = find(table, high, low);
        if (table[at + 2] !== 0) return table[at + 2];
      }
      if (!makeRoom()) return undefined;
      const at = find(newest, high, low);
      [newest[at], newest[at + 1], newest[at + 2]] = [high, low, line];
      room -= 1;
      return undefined;
    },
  };
}

/** Returns where an ID stands in a table, or the free slot, without a line, in which it would. */
function find(table: Uint32Array, high: number, low: number): number {
  const mask = table.length / 3 - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const at = slot * 3;
    if (table[at + 2] === 0 || (table[at] === high && table[at + 1] === low)) return at;
  }
}
