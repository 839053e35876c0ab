import { expect, it } from 'vitest';
import { createLateness } from './create-lateness.js';

function experienced(tookMs: number): (tookMs: number) => number {
  const lateness = createLateness();
  for (let count = 0; count < 1000; count += 1) lateness(tookMs);
  return lateness;
}

it('what is as usual is not late, and what takes longer is late by the rest', () => {
  const lateness = experienced(20);
  expect(lateness(20)).toBe(0);
  expect(lateness(120)).toBe(100);
  expect(lateness(20)).toBe(0);
});

it('what is quicker than usual is the usual from then on', () => {
  const lateness = experienced(20);
  expect(lateness(5)).toBe(0);
  expect(lateness(20)).toBe(15);
});

it('what takes longer all the time becomes usual', () => {
  const lateness = experienced(20);
  for (let count = 0; count < 2000; count += 1) lateness(50);
  expect(lateness(50)).toBe(0);
});

it('the first ones are late by all that they took, since nothing is known to be usual', () => {
  const lateness = createLateness();
  expect([lateness(800), lateness(800), lateness(100)]).toEqual([800, 800, 100]);
});
