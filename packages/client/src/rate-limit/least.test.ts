import { expect, it } from 'vitest';
import { createLeast } from './least.js';

function experienced(value: number): (value: number) => number {
  const least = createLeast(10);
  for (let count = 0; count < 10; count += 1) least(value);
  return least;
}

it('is the least of the values before and of this one', () => {
  const least = experienced(20);
  expect([least(20), least(120), least(5), least(20)]).toEqual([20, 20, 5, 5]);
});

it('forgets a value after that many to twice as many others', () => {
  const least = experienced(20);
  const lately = Array.from({ length: 21 }, () => least(50));
  expect(lately.slice(0, 10)).toEqual(Array(10).fill(20));
  expect(lately.at(-1)).toBe(50);
});

it('is 0 until there are enough of them', () => {
  const least = createLeast(3);
  expect([least(800), least(700), least(800), least(800)]).toEqual([0, 0, 0, 700]);
});
