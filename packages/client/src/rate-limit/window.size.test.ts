import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createWindow } from './window.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
  collectGarbage();
  return getHeapStatistics().used_heap_size / 1e6;
}

it('what a window remembers is of the last window alone, however high its limit is', () => {
  let now = 0;
  const window = createWindow({ limit: 1_000_000, windowMs: 1_000, monotonicNow: () => now });
  const use = (count: number): void => {
    for (let taken = 0; taken < count; taken += 1) {
      now += 0.1;
      window.take(now, now).release('answered');
    }
  };
  use(100_000);
  const before = heapMegabytes();
  // Eight bytes for each of them would be 6.4 MB.
  use(800_000);
  expect(heapMegabytes() - before).toBeLessThan(1);
  expect(window.waitMs(now + 1, now)).toBeLessThanOrEqual(0);
});
