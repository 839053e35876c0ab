import { expect, it } from 'vitest';
import { batchReads } from './batch-reads.js';

function makeReader() {
  const asked: (readonly string[])[] = [];
  const read = batchReads(async (rows) => {
    asked.push(rows);
    if (rows.includes('broken')) throw new Error('no store');
    return rows.map((row) => `${row}!`);
  });
  return { asked, read };
}

it('rows that are read in one iteration are asked for together, each with its own value', async () => {
  const { asked, read } = makeReader();
  expect(await Promise.all([read('a'), read('b'), read('a')])).toEqual(['a!', 'b!', 'a!']);
  expect(await read('c')).toBe('c!');
  expect(asked).toEqual([['a', 'b', 'a'], ['c']]);
});

it.each([
  [200, [100, 100]],
  [201, [100, 100, 1]],
])('a question has 100 rows at the most: of %i', async (length, parts) => {
  const { asked, read } = makeReader();
  const rows = Array.from({ length }, (_, index) => `r${index}`);
  expect(await Promise.all(rows.map(read))).toEqual(rows.map((row) => `${row}!`));
  expect(asked.map((part) => part.length)).toEqual(parts);
});

it('a failure is that of everybody who was asked for with it, and of nobody else', async () => {
  const { read } = makeReader();
  const failed = await Promise.allSettled([read('a'), read('broken')]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await read('a')).toBe('a!');
});
