import { expect, test } from 'vitest';
import { createSeenIds } from './seen-ids.js';

test('every ID that comes again is found with its line, however many tables there are', () => {
  const { add } = createSeenIds(16);
  const ids = Array.from({ length: 5_000 }, (_, index) => `user${index}`);
  expect(ids.map((id, index) => add(id, index + 1)).filter((line) => line !== undefined)).toEqual([]);
  expect(ids.map((id) => add(id, 9_999))).toEqual(ids.map((_, index) => index + 1));
});

test('where there is no room any more, later IDs are compared with those that are noted', () => {
  const { add } = createSeenIds(16, 16);
  const ids = Array.from({ length: 40 }, (_, index) => `user${index}`);
  for (const [index, id] of ids.entries()) expect(add(id, index + 1)).toBeUndefined();
  expect(ids.map((id) => add(id, 99)).filter((line) => line !== undefined)).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
});

test('IDs that differ in one character, or in their order, are different', () => {
  const { add } = createSeenIds();
  const ids = ['', 'a', 'b', 'ab', 'ba', 'aa', 'aaa', 'ä', 'aä', '\u0100', 'a\u0100', '1', '11', '111'];
  for (const id of ids) expect(add(id, 1)).toBeUndefined();
  for (const id of ids) expect(add(id, 2)).toBe(1);
});
