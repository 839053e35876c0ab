import { expect, it } from 'vitest';
import { createPlaces } from './places.js';

const windowMs = 1000;

it('there are as many as the limit', () => {
  const places = createPlaces(2, windowMs);
  places.take(0)(0);
  expect(places.freeAt(0)).toBeLessThanOrEqual(0);
  places.take(0)(0);
  expect(places.freeAt(0)).toBeGreaterThan(windowMs);
});

it('one is free again a little more than a window after its request', () => {
  const places = createPlaces(1, windowMs);
  places.take(0)(0);
  const freeAt = places.freeAt(0);
  expect(freeAt).toBeGreaterThan(windowMs);
  expect(freeAt).toBeLessThan(windowMs + 10);
  expect(places.freeAt(freeAt)).toBeLessThanOrEqual(freeAt);
});

it('one whose request was counted late is free later, and holds up no other', () => {
  const places = createPlaces(2, windowMs);
  const late = places.take(0);
  places.take(1)(0);
  late(400);
  const first = places.freeAt(1);
  expect(first).toBeLessThan(windowMs + 10);
  places.freeAt(first);
  places.take(first)(0);
  expect(places.freeAt(first)).toBeGreaterThan(windowMs + 400);
});

it('one without an answer is free another window later, and holds up no other until then', () => {
  const places = createPlaces(2, windowMs);
  places.take(0);
  places.take(1)(0);
  const first = places.freeAt(1);
  expect(first).toBeLessThan(windowMs + 10);
  places.freeAt(first);
  places.take(first)(0);
  const second = places.freeAt(first);
  expect(second).toBeGreaterThan(2 * windowMs);
  expect(second).toBeLessThan(2 * windowMs + 10);
});

it('an answer after that changes nothing', () => {
  const places = createPlaces(1, windowMs);
  const late = places.take(0);
  const again = places.freeAt(0);
  expect(places.freeAt(again)).toBeLessThanOrEqual(again);
  places.take(again)(0);
  late(0);
  late(0);
  expect(places.freeAt(again + 1)).toBeGreaterThan(again + windowMs);
});

it('there may be very many of them', () => {
  const limit = 400_000;
  const places = createPlaces(limit, windowMs);
  for (const now of [0, 2 * windowMs, 4 * windowMs]) {
    let taken = 0;
    for (; places.freeAt(now) <= now; taken += 1) places.take(now)(0);
    expect(taken).toBe(limit);
  }
});
