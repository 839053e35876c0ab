import { expect, it } from 'vitest';
import { createExpiringSet } from './expiring-set.js';

/** A random sequence that is the same in every run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

it.each([1, 2, 3, 7, 50, 100, 1000])('agrees with a plain list, with a capacity of %s', (capacity) => {
  const roll = createDice(capacity);
  const set = createExpiringSet(capacity);
  const rows: { text: string; expiresAt: number }[] = [];
  const wrongSteps: number[] = [];
  let now = 0;
  for (let step = 0; step < 20_000; step += 1) {
    now += roll(4);
    const text = `${roll(capacity * 2)}`;
    const expiresAt = now + roll(60) - 1;
    const isKnown = rows.some((row) => row.text === text && row.expiresAt >= now);
    if (set.add(text, expiresAt, now) === isKnown) wrongSteps.push(step);
    if (isKnown || expiresAt < now) continue;
    while (rows[0] && (rows.length >= capacity || rows[0].expiresAt < now)) rows.shift();
    rows.push({ text, expiresAt });
  }
  expect(wrongSteps).toEqual([]);
});

it('tells a million texts apart', () => {
  const set = createExpiringSet(2_000_000);
  let taken = 0;
  for (let number = 0; number < 500_000; number += 1) {
    const text = number.toString();
    taken += Number(set.add(text, 1, 0)) + Number(set.add(`a\n${text}`, 1, 0));
  }
  expect(taken).toBe(1_000_000);
});
