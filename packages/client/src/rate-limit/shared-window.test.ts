import { expect, it, vi } from 'vitest';
import { createFleetPlaces, type FleetPlaces } from './shared-window.js';

const onPending = vi.fn();

/** Ten places, taken anew every second. */
function makePlaces(): FleetPlaces {
  return createFleetPlaces({ limit: 10, windowMs: 1000, spacingMs: 100.4, toStore: (ms) => ms + 5_000, onPending });
}

it('a place that is used in time and answered as usual is no news', () => {
  const places = makePlaces();
  places.follow(1, 5_000).use(1)(0);
  expect(places.takeNews(2)).toEqual([]);
  expect(places.isPending()).toBe(false);
});

it('one that is used late, or answered late, delays the next slot in it, in the time of the store', () => {
  const places = makePlaces();
  places.follow(1, 5_000).use(40);
  places.follow(2, 5_100).use(100)(30);
  expect(places.takeNews(130)).toEqual([
    { id: 11, dueMs: 6_042 },
    { id: 12, dueMs: 6_132 },
  ]);
  expect(places.takeNews(131)).toEqual([]);
});

it('the next slot is delayed before a slot that is due later than it would be is used', () => {
  const places = makePlaces();
  places.follow(1, 5_000).expect(1_500);
  expect(places.takeNews(10)).toEqual([{ id: 11, dueMs: 7_502 }]);
});

it('a slot that may have come late by the clock of the store is news, however sure this process is of its own', () => {
  const toStore = (ms: number): number => ms + 5_008;
  const places = createFleetPlaces({ limit: 10, windowMs: 1000, spacingMs: 100.4, toStore, onPending });
  places.follow(1, 5_000).use(0)(0);
  expect(places.takeNews(1)).toEqual([{ id: 11, dueMs: 6_010 }]);
});

it('a slot that nobody uses hands on until when its place is taken', () => {
  const places = makePlaces();
  places.follow(1, 5_000).skip(900);
  places.follow(2, 5_100).skip(1_900);
  expect(places.takeNews(10)).toEqual([{ id: 12, dueMs: 6_900 }]);
});

it('a request without an answer may have been counted a window later, until it is answered', () => {
  const places = makePlaces();
  const answered = places.follow(1, 5_000).use(0);
  expect(places.hasNews(249)).toBe(false);
  expect(places.isPending()).toBe(true);
  expect(places.hasNews(250)).toBe(true);
  expect(places.takeNews(250)).toEqual([{ id: 11, dueMs: 7_002 }]);
  answered(0);
  expect(places.takeNews(900)).toEqual([{ id: 11, dueMs: 6_002 }]);
  expect(places.isPending()).toBe(false);
});
