import { expect, test } from 'vitest';
import { endOfIteration } from './end-of-iteration.js';

test('those who wait in one iteration go on one after the other, behind all other work of it', async () => {
  const order: string[] = [];
  const wait = async (name: string): Promise<void> => {
    await endOfIteration();
    order.push(name);
  };
  const all = [wait('a')];
  queueMicrotask(() => {
    order.push('work');
    all.push(wait('b'));
  });
  await Promise.all(all);
  await Promise.all(all);
  expect(order).toEqual(['work', 'a', 'b']);
});

test('who comes later waits for the end of another one', async () => {
  const first = endOfIteration();
  await first;
  expect(endOfIteration()).not.toBe(first);
});
