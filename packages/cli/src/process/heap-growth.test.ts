import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Keeps 40 MB, replaces them ten times, and prints the most that the heap had. */
const program = `
  const { growHeapSlowly } = await import(process.argv[1]);
  if (process.argv[2] === 'slowly') growHeapSlowly();
  const part = () => new Array(2 ** 17).fill(0);
  const kept = Array.from({ length: 40 }, part);
  gc();
  let largest = 0;
  for (let made = 0; made < 400; made += 1) {
    kept[made % kept.length] = part();
    largest = Math.max(largest, process.memoryUsage().heapUsed);
  }
  console.log(largest);
`;

function largestHeap(pace: string): number {
  const flags = ['--import', import.meta.resolve('tsx'), '--expose-gc', '--single-threaded-gc', '--input-type=module'];
  const module = new URL('./heap-growth.ts', import.meta.url).href;
  return Number(execFileSync(process.execPath, [...flags, '-e', program, module, pace], { encoding: 'utf8' }));
}

test('a heap that grows slowly stays smaller than one that V8 lets grow', () => {
  expect(largestHeap('slowly')).toBeLessThan(largestHeap('as V8 does') * 0.9);
});
