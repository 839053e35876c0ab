/** Chances that come out the same for the same seed. */
export interface Dice {
  /** A whole number from 0 to below `sides`. */
  roll(sides: number): number;
  /** True in so many of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

/** Creates dice (mulberry32). */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const roll = (sides: number): number => Math.floor(next() * sides);
  return {
    roll,
    chance: (percent) => next() * 100 < percent,
    pick: <T>(choices: readonly T[]) => choices[roll(choices.length)] as T,
  };
}
