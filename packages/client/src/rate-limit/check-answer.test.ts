import { describe, expect, it } from 'vitest';
import { checkFleet, checkReservation } from './check-answer.js';

const hourMs = 3_600_000;
const anything = [undefined, null, 5, 'x', [], new Map(), {}, () => 5, Symbol('x')];
const others = [
  undefined,
  null,
  '5',
  [5],
  5n,
  {},
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e300,
];

describe('a reservation', () => {
  const added = { reservedMs: 10, penaltyMs: 0 };

  it.each([
    [{ reservedMs: 10, penaltyMs: 0 }, added],
    [{ reservedMs: 9.991, penaltyMs: 0 }, added],
    [{ reservedMs: 10 - 0.01, penaltyMs: 0 }, added],
    [{ reservedMs: 10 + hourMs, penaltyMs: 20_000 }, added],
    [
      { reservedMs: 0, penaltyMs: 0 },
      { reservedMs: 0, penaltyMs: 0 },
    ],
    [
      { reservedMs: 0, penaltyMs: 0 },
      { reservedMs: -5, penaltyMs: 0 },
    ],
    [
      { reservedMs: hourMs, penaltyMs: 0 },
      { reservedMs: -5, penaltyMs: 0 },
    ],
  ])('%o is one of %o', (answer, given) => {
    expect(checkReservation({ ...answer, more: 1 }, given)).toEqual(answer);
  });

  it.each<[unknown, typeof added]>([
    ...[...anything].map((answer): [unknown, typeof added] => [answer, { reservedMs: 0, penaltyMs: 0 }]),
    ...[...others, -1, 9.989].map((reservedMs): [unknown, typeof added] => [{ reservedMs, penaltyMs: 0 }, added]),
    ...[...others.slice(0, -1), -1, -0.001].map((penaltyMs): [unknown, typeof added] => [
      { reservedMs: 10, penaltyMs },
      added,
    ]),
    [{ reservedMs: 10.001 + hourMs, penaltyMs: 0 }, added],
    [
      { reservedMs: hourMs + 1, penaltyMs: 0 },
      { reservedMs: -5, penaltyMs: 0 },
    ],
    [
      { reservedMs: -0.001, penaltyMs: 0 },
      { reservedMs: -5, penaltyMs: 0 },
    ],
    [
      { reservedMs: -0.001, penaltyMs: 0 },
      { reservedMs: 0, penaltyMs: 0 },
    ],
  ])('%o is none of %o', (answer, given) => {
    expect(() => checkReservation(answer, given)).toThrow(
      new TypeError('The rate store answered with no reservation.'),
    );
  });
});

describe('a fleet', () => {
  const fleet = { members: 2, silent: 1, perSecond: 200 };

  it.each([
    { members: 1, silent: 0, perSecond: 200 },
    { members: 2, silent: 1, perSecond: 0.1 },
    { members: 2, silent: 2, perSecond: 1 / 86_400 },
    { members: 1_000_000, silent: 0.5, perSecond: 1e6 },
  ])('%j is one', (given) => {
    expect(checkFleet({ ...given, more: 1 })).toEqual(given);
  });

  it('need not be told', () => {
    expect(checkFleet(undefined)).toBeUndefined();
  });

  it.each<unknown>([
    ...anything.slice(1),
    ...[...others, 0, 0.999, 1_000_001].map((members) => ({ ...fleet, members })),
    ...[...others, -0.001, 2.001].map((silent) => ({ ...fleet, silent })),
    ...[...others.slice(0, -1), 0, 1e-5, -1].map((perSecond) => ({ ...fleet, perSecond })),
  ])('%o is none', (given) => {
    expect(() => checkFleet(given)).toThrow(new TypeError('The rate store answered with no fleet.'));
  });
});
