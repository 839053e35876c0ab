import { expect, it } from 'vitest';
import { createRandomPool } from './fill-answer.js';

it('gives as many bytes as are asked for, no byte of a draw twice', () => {
  let next = 0;
  const take = createRandomPool((bytes) => new Uint8Array(bytes).map(() => next++ % 251));
  let expected = 0;
  for (let call = 0; call < 100; call += 1) {
    const given = take(72);
    expect(given).toHaveLength(72);
    // 113 times 72 fit into a pool.
    expect(given[0]).toBe(expected % 251);
    expected += 72;
  }
});

it('leaves what it gave unchanged when it draws again', () => {
  let draws = 0;
  const take = createRandomPool((bytes) => new Uint8Array(bytes).fill(++draws));
  const first = take(8000);
  expect(take(8000)).toEqual(new Uint8Array(8000).fill(2));
  expect(first).toEqual(new Uint8Array(8000).fill(1));
});

it('draws by itself what is larger than a pool', () => {
  expect(createRandomPool()(10_000)).toHaveLength(10_000);
});
