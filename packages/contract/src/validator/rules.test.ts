import { expect, it } from 'vitest';
import { areDistinct } from './rules.js';

it.each<[unknown[], boolean]>([
  [[1, '1', ' 1', true, 'true', null, 'null', [1], ['1'], {}, '{}{}', '{}', []], true],
  [[0, -0], false],
  [['a', 'a'], false],
  [[null, null], false],
  [
    [
      [1, 2],
      [2, 1],
    ],
    true,
  ],
  [
    [
      [1, 2],
      [1, 2],
    ],
    false,
  ],
  [
    [
      { a: 1, b: { c: [], d: 2 } },
      { b: { d: 2, c: [] }, a: 1 },
    ],
    false,
  ],
  [[{ a: 1 }, { a: '1' }, { b: 1 }, { a: 1, b: 1 }], true],
  [[JSON.parse('{"__proto__":1}'), {}, JSON.parse('{"__proto__":2}')], true],
  [[{ a: 1n }, { a: '1' }, { a: 1 }], true],
])('items are told apart as JSON: %#', (values, expected) => {
  expect(areDistinct(values)).toBe(expected);
});

it('each item of a long list is looked at once', () => {
  let reads = 0;
  const values = Array.from({ length: 1_000 }, (_, index) => ({
    get a() {
      reads += 1;
      return index;
    },
  }));
  expect(areDistinct(values)).toBe(true);
  expect(reads).toBeLessThanOrEqual(2 * values.length);
});
