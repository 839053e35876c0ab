// Takes locks that a dead process has left behind, each at its moment, and says which it got.
import { takeFileLock } from '../../src/sqlite/file-lock.js';

/** What the process is asked for. */
interface Race {
  readonly paths: readonly string[];
  /** Of the first, in Unix milliseconds. */
  readonly startsAt: number;
  readonly everyMs: number;
}

function take(path: string): boolean {
  try {
    takeFileLock(path, `${path}.lock`);
    return true;
  } catch {
    return false;
  }
}

process.on('disconnect', () => process.exit());
process.on('message', ({ paths, startsAt, everyMs }: Race) => {
  const got = paths.map((path, index) => {
    while (Date.now() < startsAt + index * everyMs);
    return take(path);
  });
  process.send?.(got);
});
process.send?.('ready');
