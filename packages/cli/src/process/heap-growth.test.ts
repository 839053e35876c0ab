import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Keeps 40 MB, replaces them ten times, and prints the most that the heap had. */
const program = `
  const { growHeapSlowly } = await import(process.argv[1]);
  if (process.argv[2] === 'slowly') growHeapSlowly();
  const part = () => new Array(1_000).fill(0);
  const kept = Array.from({ length: 5_000 }, part);
  gc();
  let largest = 0;
  for (let made = 0; made < 50_000; made += 1) {
    kept[made % kept.length] = part();
    largest = Math.max(largest, process.memoryUsage().heapUsed);
  }
  console.log(largest);
`;

function largestHeap(pace: string): number {
  // All at once, and in no thread of its own: what is collected bit by bit is collected later where a machine is busy.
  const atOnce = ['--expose-gc', '--single-threaded-gc', '--no-incremental-marking'];
  const flags = [...atOnce, '--import', import.meta.resolve('tsx'), '--input-type=module'];
  const module = new URL('./heap-growth.ts', import.meta.url).href;
  return Number(execFileSync(process.execPath, [...flags, '-e', program, module, pace], { encoding: 'utf8' }));
}

test('a heap that grows slowly stays smaller than one that V8 lets grow', () => {
  expect(largestHeap('slowly')).toBeLessThan(largestHeap('as V8 does') * 0.7);
});
