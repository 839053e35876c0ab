import { join } from 'node:path';
import { afterAll, expect, vi } from 'vitest';

// Test files share a process, which takes long to start, but no state: each reads the modules of its package anew, and leaves
// neither faked timers nor a faked `system-time.ts` to the next.
vi.resetModules();
afterAll(() => {
  vi.useRealTimers();
  const [folder] = /^.*\/packages\/[^/]+\//.exec(expect.getState().testPath ?? '') ?? [];
  for (const name of folder === undefined ? [] : [folder, join(folder, '../client/')]) {
    vi.doUnmock(join(name, 'src/system-time.ts'));
  }
});
