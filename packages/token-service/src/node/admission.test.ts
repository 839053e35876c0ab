import { expect, it } from 'vitest';
import { createAdmission } from './admission.js';

const nextIteration = () => new Promise<void>((resolve) => setImmediate(resolve));

it('lets the first ones of an iteration start at once', () => {
  const started: number[] = [];
  const start = createAdmission({ maxStarts: 2, maxIterationMs: 60_000 });
  for (const number of [1, 2, 3]) start(() => started.push(number));
  expect(started).toEqual([1, 2]);
});

it('lets so many start in each iteration of the event loop, in their order, with time for others in between', async () => {
  const started: number[] = [];
  const start = createAdmission({ maxStarts: 2, maxIterationMs: 60_000 });
  for (let number = 1; number <= 7; number += 1) start(() => started.push(number));
  const counts: number[] = [];
  while (started.length < 7) {
    await nextIteration();
    counts.push(started.length);
    if (started.length === 4) start(() => started.push(8));
  }
  await nextIteration();
  expect(started).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(counts).toEqual([4, 6, 8]);
});

it('lets fewer start where they take long, one at the least, and more again where they do not', async () => {
  let now = 0;
  let costMs = 3;
  let count = 0;
  const start = createAdmission({ maxStarts: 8, maxIterationMs: 2, monotonicNow: () => now });
  for (let number = 0; number < 200; number += 1) {
    start(() => {
      now += costMs;
      count += 1;
    });
  }
  const iterations: number[] = [];
  async function passIterations(iterationCount: number): Promise<void> {
    for (let index = 0; index < iterationCount; index += 1) {
      const before = count;
      await nextIteration();
      iterations.push(count - before);
    }
  }
  await passIterations(6);
  expect(iterations).toEqual([4, 2, 1, 1, 1, 1]);
  costMs = 0.1;
  await passIterations(10);
  expect(iterations.slice(-10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 8, 8]);
});
