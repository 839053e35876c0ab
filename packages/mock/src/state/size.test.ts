import { expect, it } from 'vitest';
import { createFingerprintIndex, fingerprintOf, noRow, userFingerprintOf } from './fingerprint-index.js';
import { createService } from './service.js';

it('finds each of 100,000 fingerprints, and none that it has not', () => {
  const index = createFingerprintIndex();
  const prints = Array.from({ length: 100_000 }, (_unused, row) => fingerprintOf(`token ${row}`));
  expect(prints.every((print, row) => index.add(print) === row)).toBe(true);
  expect(index.size()).toBe(100_000);
  expect(prints.every((print, row) => index.find(print) === row && index.at(row).low === print.low)).toBe(true);
  expect(index.find(fingerprintOf('another'))).toBe(noRow);
});

it('tells two million user IDs apart, however alike they are', () => {
  const halves = new Uint32Array(4_000_000);
  let filled = 0;
  for (let number = 0; number < 1_000_000; number += 1) {
    for (const userId of [`user${number}`, number.toString(36).padStart(64, '0')]) {
      const { high, low } = userFingerprintOf(userId);
      halves.set([high, low], filled);
      filled += 2;
    }
  }
  expect(filled).toBe(halves.length);
  // In order, the same ones stand beside each other: to sort numbers takes a tenth of what a set of texts does.
  const prints = new BigUint64Array(halves.buffer).sort();
  expect(prints.findIndex((print, index) => print === prints[index - 1])).toBe(-1);
});

it('holds 100,000 tokens of as many users, and finds every one', () => {
  const { issue, app, checkToken } = createService({ apps: [{ appKey: 'key' }] });
  const count = 100_000;
  for (let user = 0; user < count; user += 1) issue('key', { userId: `user${user}`, name: 'Ada' }, `token ${user}`);
  expect(app('key')).toMatchObject({ userCount: count, tokenCount: count });
  const wrong = Array.from({ length: count }, (_unused, user) => user).filter(
    (user) => checkToken({ appKey: 'key', token: `token ${user}` }).userId !== `user${user}`,
  );
  expect(wrong).toEqual([]);
});
