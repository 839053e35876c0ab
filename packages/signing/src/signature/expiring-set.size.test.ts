import { expect, it } from 'vitest';
import { createExpiringSet } from './expiring-set.js';

it('tells a million texts apart', () => {
  const set = createExpiringSet(2_000_000);
  let taken = 0;
  for (let number = 0; number < 500_000; number += 1) {
    const text = number.toString();
    taken += Number(set.add(text, 1, 0)) + Number(set.add(`a\n${text}`, 1, 0));
  }
  expect(taken).toBe(1_000_000);
  for (let number = 0; number < 500_000; number += 1) taken -= Number(!set.add(number.toString(), 1, 0));
  expect(taken).toBe(500_000);
});
