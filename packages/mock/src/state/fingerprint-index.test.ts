import { expect, it } from 'vitest';
import { createFingerprintIndex, fingerprintOf, fromTokenId, noRow, toTokenId } from './fingerprint-index.js';

it('finds each of 1,000 fingerprints, and none that it has not', () => {
  const index = createFingerprintIndex();
  const prints = Array.from({ length: 1_000 }, (_unused, row) => fingerprintOf(`token ${row}`));
  expect(prints.every((print, row) => index.add(print) === row)).toBe(true);
  expect(index.size()).toBe(1_000);
  expect(prints.every((print, row) => index.find(print) === row && index.at(row).low === print.low)).toBe(true);
  expect(index.find(fingerprintOf('another'))).toBe(noRow);
});

it('finds fingerprints apart that share a shard and a slot', () => {
  const index = createFingerprintIndex();
  const prints = Array.from({ length: 50 }, (_unused, row) => ({ high: 64 * (row >> 1), low: 8 * (row & 1) }));
  for (const print of prints) index.add(print);
  expect(prints.map(index.find)).toEqual(prints.map((_unused, row) => row));
});

it('finds the last of two equal fingerprints', () => {
  const index = createFingerprintIndex();
  const print = fingerprintOf('token');
  index.add(print);
  index.add(print);
  expect(index.find(print)).toBe(1);
});

it('keeps a copy apart', () => {
  const index = createFingerprintIndex();
  index.add(fingerprintOf('a'));
  const copy = index.copy();
  index.add(fingerprintOf('b'));
  expect([copy.size(), copy.find(fingerprintOf('b')), copy.find(fingerprintOf('a'))]).toEqual([1, noRow, 0]);
});

it('names a token by 16 digits that lead back', () => {
  const print = { high: 10, low: 0xff_ff_ff_ff };
  expect(toTokenId(print)).toBe('0000000affffffff');
  expect([fromTokenId(toTokenId(print)), fromTokenId('x'), fromTokenId('0')]).toEqual([print, undefined, undefined]);
  expect(toTokenId({ high: 0xff_ff_ff_ff, low: 11 })).toBe('ffffffff0000000b');
  for (const none of ['0'.repeat(15), '0'.repeat(17), `x${'0'.repeat(16)}`, `${'0'.repeat(15)}G`]) {
    expect(fromTokenId(none)).toBeUndefined();
  }
});

it('takes the first 64 bits of the SHA-256 of a token', () => {
  expect(toTokenId(fingerprintOf('abc'))).toBe('ba7816bf8f01cfea');
});
