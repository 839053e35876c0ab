import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { createAdmission } from './admission.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const nextIteration = () => new Promise<void>((resolve) => setImmediate(resolve));

it('lets the first ones of an iteration start at once', () => {
  const started: number[] = [];
  const start = createAdmission(2);
  for (const number of [1, 2, 3]) start(() => started.push(number));
  expect(started).toEqual([1, 2]);
});

it('lets so many start in each iteration of the event loop, in their order, with time for others in between', async () => {
  const started: number[] = [];
  const start = createAdmission(2);
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

it('wakes nobody once nothing waits and nothing was started', () => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate'] });
  try {
    const start = createAdmission(1);
    for (let number = 0; number < 3; number += 1) start(() => {});
    for (let iteration = 0; iteration < 4; iteration += 1) vi.advanceTimersToNextTimer();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('lets the first ones start at once again after a crowd, and none of those who come then is lost', async () => {
  const started: number[] = [];
  const start = createAdmission(3);
  const admit = (numbers: readonly number[]) => {
    for (const number of numbers) start(() => started.push(number));
  };
  admit([1, 2, 3, 4]);
  for (let iteration = 0; iteration < 4; iteration += 1) await nextIteration();
  expect(started).toEqual([1, 2, 3, 4]);
  admit([5, 6, 7, 8, 9]);
  expect(started).toEqual([1, 2, 3, 4, 5, 6, 7]);
  for (let iteration = 0; iteration < 4; iteration += 1) await nextIteration();
  expect(started).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('has nobody overtake who waits already, also where one that starts brings another', async () => {
  const started: number[] = [];
  const start = createAdmission(2);
  for (const number of [1, 2]) start(() => started.push(number));
  start(() => {
    started.push(3);
    start(() => started.push(5));
  });
  start(() => started.push(4));
  for (let iteration = 0; iteration < 5; iteration += 1) await nextIteration();
  expect(started).toEqual([1, 2, 3, 4, 5]);
});

it('lets go of what has started while the crowd goes on', async () => {
  const registry = new FinalizationRegistry<number>(() => (freed += 1));
  const admit = createAdmission(1);
  let freed = 0;
  /** One comes for each that starts, so that somebody always waits. */
  function add(): void {
    const held = { big: new Uint8Array(1_000) };
    registry.register(held, 0);
    admit(() => void held.big);
  }
  for (let count = 0; count < 20; count += 1) add();
  for (let count = 0; count < 200; count += 1) {
    add();
    await nextIteration();
  }
  await until(
    async () => {
      add();
      await nextIteration();
      collectGarbage();
      expect(freed).toBeGreaterThan(100);
    },
    { interval: 1 },
  );
});
