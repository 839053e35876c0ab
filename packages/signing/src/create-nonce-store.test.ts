import { expect, it } from 'vitest';
import { createNonceStore } from './create-nonce-store.js';

it('a nonce is fresh once for each App Key', () => {
  const store = createNonceStore({ now: () => 0 });
  expect(store.add('a', '1', 10)).toBe(true);
  expect(store.add('a', '1', 10)).toBe(false);
  expect(store.add('b', '1', 10)).toBe(true);
});

it('a nonce is fresh again once it has expired', () => {
  let time = 0;
  const store = createNonceStore({ now: () => time });
  store.add('a', '1', 10);
  time = 10;
  expect(store.add('a', '1', 20)).toBe(false);
  time = 11;
  expect(store.add('a', '1', 20)).toBe(true);
});

it('the oldest nonce is forgotten when the store is full', () => {
  const store = createNonceStore({ capacity: 2, now: () => 0 });
  for (const nonce of ['1', '2', '3']) store.add('a', nonce, 10);
  expect(store.add('a', '3', 10)).toBe(false);
  expect(store.add('a', '2', 10)).toBe(false);
  expect(store.add('a', '1', 10)).toBe(true);
});

it.each([
  ['now', { now: 5 }],
  ['now', { now: null }],
  ['capacity', { capacity: null }],
  ['size', { size: 5 }],
  ['options', null],
])('a %s that is none, as in %j, is refused by its name', (field, options) => {
  expect(() => createNonceStore(options as never)).toThrow(
    expect.objectContaining({ name: 'SigningError', code: 'INVALID_OPTION', field }),
  );
});

it.each([0, -1, Number.NaN, 2.5, Number.POSITIVE_INFINITY])('a capacity of %s is refused', (capacity) => {
  expect(() => createNonceStore({ capacity })).toThrow(
    expect.objectContaining({
      ...{ code: 'INVALID_OPTION', field: 'capacity' },
      message: `capacity is ${capacity}. Pass whole numbers from 1 to ${Number.MAX_SAFE_INTEGER}.`,
    }),
  );
});

it('a nonce whose time is over is not kept', () => {
  const store = createNonceStore({ capacity: 1, now: () => 5 });
  expect([store.add('a', '1', 4), store.add('a', '1', 4)]).toEqual([true, true]);
  expect([store.add('a', '2', 5), store.add('a', '2', 5)]).toEqual([true, false]);
});

it.each([Number.NaN, Infinity, '5', 5n, new Date(), undefined, null])(
  'a clock that returns %s is refused by its name: else no nonce would be one that was used',
  (time) => {
    const store = createNonceStore({ now: () => time as never });
    expect(() => store.add('a', '1', 10)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(/^now is /) }),
    );
  },
);

it('a nonce that came back after its time is kept, while those before it are forgotten', () => {
  let time = 0;
  const store = createNonceStore({ capacity: 2, now: () => time });
  store.add('a', '1', 10);
  store.add('a', '2', 5);
  time = 6;
  expect(store.add('a', '2', 20)).toBe(true);
  time = 11;
  expect(store.add('a', '3', 20)).toBe(true);
  expect([store.add('a', '2', 20), store.add('a', '3', 20)]).toEqual([false, false]);
});
