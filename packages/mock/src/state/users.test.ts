import { expect, it } from 'vitest';
import { userFingerprintOf } from './user-fingerprint.js';

it('tells two million user IDs apart, however alike they are', () => {
  const seen = new Set<string>();
  for (let number = 0; number < 1_000_000; number += 1) {
    for (const userId of [`user${number}`, number.toString(36).padStart(64, '0')]) {
      const { high, low } = userFingerprintOf(userId);
      seen.add(`${high} ${low}`);
    }
  }
  expect(seen.size).toBe(2_000_000);
});
