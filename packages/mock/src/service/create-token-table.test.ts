import { expect, it } from 'vitest';
import { createTokenTable } from './create-token-table.js';
import { createUserTable } from './create-user-table.js';
import { fingerprintOf, fromTokenId, toTokenId } from './fingerprint.js';
import { noRow } from './no-row.js';

const row = { user: 0, issuedAt: 1, previous: noRow };

it('finds each of 100,000 tokens, and none that it has not', () => {
  const table = createTokenTable();
  const prints = Array.from({ length: 100_000 }, (_unused, index) => fingerprintOf(`token ${index}`));
  for (const [index, print] of prints.entries()) table.add({ ...row, ...print, user: index });
  expect(table.size()).toBe(100_000);
  expect(prints.every((print, index) => table.find(print) === index && table.at(index).user === index)).toBe(true);
  expect(table.find(fingerprintOf('another'))).toBe(noRow);
});

it('finds fingerprints apart that share a shard and a slot', () => {
  const table = createTokenTable();
  const prints = Array.from({ length: 50 }, (_unused, index) => ({ high: 64 * (index >> 1), low: 8 * (index & 1) }));
  for (const print of prints) table.add({ ...row, ...print });
  expect(prints.map(table.find)).toEqual(prints.map((_unused, index) => index));
});

it('finds the last of two equal fingerprints', () => {
  const table = createTokenTable();
  const print = fingerprintOf('token');
  table.add({ ...row, ...print });
  table.add({ ...row, ...print });
  expect(table.find(print)).toBe(1);
});

it('keeps a copy apart', () => {
  const table = createTokenTable();
  table.add({ ...row, ...fingerprintOf('a') });
  const copy = table.copy();
  table.add({ ...row, ...fingerprintOf('b') });
  table.voidRow(0);
  expect([copy.size(), copy.find(fingerprintOf('b')), copy.at(0).voided]).toEqual([1, noRow, false]);
  expect(() => copy.at(1)).toThrow(RangeError);
});

it('finds 100,000 users that are counted, and ones that end alike', () => {
  const users = createUserTable();
  const ids = Array.from({ length: 100_000 }, (_unused, index) =>
    index % 2 ? `user${index}` : `${index}@same.example`,
  );
  for (const id of ids) users.add(id);
  expect(ids.every((id, index) => users.find(id) === index)).toBe(true);
  expect(users.find('nobody')).toBe(undefined);
});

it('names a token by 16 digits that lead back', () => {
  const print = { high: 10, low: 0xff_ff_ff_ff };
  expect(toTokenId(print)).toBe('0000000affffffff');
  expect([fromTokenId(toTokenId(print)), fromTokenId('x'), fromTokenId('0')]).toEqual([print, undefined, undefined]);
});
