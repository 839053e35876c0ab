import { expect, it } from 'vitest';
import { createLateness } from './create-lateness.js';

it('what is as usual is not late', () => {
  const lateness = createLateness();
  for (let count = 0; count < 3000; count += 1) lateness(20);
  expect(lateness(20)).toBeLessThan(0.01);
});

it('what takes longer than usual is late by the rest', () => {
  const lateness = createLateness();
  for (let count = 0; count < 3000; count += 1) lateness(20);
  expect(lateness(120)).toBeGreaterThan(99);
  expect(lateness(20)).toBe(0);
});

it('the first one is late by nearly all that it took, since nothing is known to be usual', () => {
  expect(createLateness()(100)).toBeGreaterThan(99);
});
