import { afterEach, expect, it, vi } from 'vitest';
import { createExpiringSet } from './expiring-set.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

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
    // Long enough for the larger ones to be filled, and to grow until they are.
    const expiresAt = now + roll(60 + 3 * capacity) - 1;
    const isKnown = rows.some((row) => row.text === text && row.expiresAt >= now);
    if (set.add(text, expiresAt, now) === isKnown) wrongSteps.push(step);
    if (isKnown || expiresAt < now) continue;
    while (rows[0] && (rows.length >= capacity || rows[0].expiresAt < now)) rows.shift();
    rows.push({ text, expiresAt });
  }
  expect(wrongSteps).toEqual([]);
});

it.each([
  ['first', 'a\n298976', 'a\n524945'],
  ['second', 'a\n238466', 'a\n305020'],
])('tells texts apart whose hashes have the same %s half, where their place is the same', (_, text, alike) => {
  // Without a random seed these two have.
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => array);
  const set = createExpiringSet(10);
  expect([text, alike, text, alike].map((each) => set.add(each, 1, 0))).toEqual([true, true, false, false]);
});

it('keeps what it holds when it grows, wherever its oldest text stands', () => {
  const set = createExpiringSet(1000);
  for (let number = 0; number < 10; number += 1) set.add(`old ${number}`, 1, 0);
  const texts = Array.from({ length: 300 }, (_, number) => `new ${number}`);
  expect(texts.map((text) => set.add(text, 9, 2))).toEqual(texts.map(() => true));
  expect(texts.map((text) => set.add(text, 9, 2))).toEqual(texts.map(() => false));
});

it('takes room for the texts that are not over, however many there were', () => {
  const lengths: number[] = [];
  const construct = (Plain: typeof Uint32Array, [length = 0]: number[]) => {
    lengths.push(length);
    return new Plain(length);
  };
  vi.stubGlobal('Uint32Array', new Proxy(Uint32Array, { construct }));
  const set = createExpiringSet(10_000);
  for (let now = 0; now < 1000; now += 1) set.add(`${now}`, now + 40, now);
  expect(Math.max(...lengths)).toBe(128);
});
