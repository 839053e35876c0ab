import { expect, test } from 'vitest';
import { batchLines } from './batch-lines.js';

test('the lines of one turn are written at once, in order, and those of the next by themselves', async () => {
  const written: string[] = [];
  const take = batchLines((text) => written.push(text));
  take('a');
  take('b');
  expect(written).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  take('c');
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual(['a\nb\n', 'c\n']);
});
