import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { TokenServiceError } from '../errors.js';
import { performanceNow } from '../system-time.js';

/** A lock that this process holds. */
export interface FileLock {
  readonly release: () => void;
}

/** Removing a lock that was left behind takes a moment; a process that is stopped meanwhile is not waited for. */
const longestWaitMs = 5_000;
const pauseMs = 1;

/**
 * Acquires a lock: a file that names the process which holds it. The lock of a process that has ended is taken over, and
 * the files that it left behind are removed.
 *
 * @throws {TokenServiceError} STORE_FAILED where another process holds it
 */
export function takeFileLock(path: string, leftBehind: string): FileLock {
  try {
    const lock = take(path);
    if (!lock) throw inUse(path, read(path));
    rmSync(leftBehind, { recursive: true, force: true });
    return lock;
  } catch (cause) {
    if (cause instanceof TokenServiceError) throw cause;
    const message = `The lock ${path} cannot be written. Check the folder and who may write there.`;
    throw new TokenServiceError(message, { code: 'STORE_FAILED', cause });
  }
}

/** Returns undefined where another process has it. */
function take(path: string): FileLock | undefined {
  const mine = `${process.pid} ${startOf(process.pid)} ${randomUUID()}`;
  // Written whole before it appears under its name, so that nobody reads half a line.
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, mine);
    for (const endsAt = performanceNow() + longestWaitMs; !linkExclusively(draft, path); ) {
      if (performanceNow() > endsAt) return undefined;
      const holder = readHolder(path);
      if (holder === undefined) continue;
      if (isAlive(holder)) return undefined;
      clearAway(path, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release() {
      if (read(path) === mine) rmSync(path, { force: true });
    },
  };
}

/**
 * Removes the lock file of a process that has ended, or waits a moment where another process is about to.
 *
 * A second lock file guards the removal. Without it, two processes could find the same stale lock; the first removes it
 * and takes the lock itself, and the second then removes that new lock.
 */
function clearAway(path: string, holder: string): void {
  const removal = take(`${path}.removal`);
  if (!removal) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    return;
  }
  if (read(path) === holder) rmSync(path, { force: true });
  removal.release();
}

function linkExclusively(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Throws for a lock that must not be read: it is not one that was released. */
function readHolder(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A process of the same number that started at another time is another one, as in a container that was restarted. */
function isAlive(holder: string): boolean {
  const [pid = '', start = ''] = holder.split(' ');
  if (!/^\d+$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return start === startOf(Number(pid));
}

/** Returns when a process started, in ticks of the system; `-` where the system does not say. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may hold spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

function inUse(path: string, holder: string): TokenServiceError {
  const message =
    `The database is in use by process ${holder.split(' ')[0]}, as ${path} says. One process has it at a time: ` +
    'stop the other one, or let several share a Redis or a PostgreSQL.';
  return new TokenServiceError(message, { code: 'STORE_FAILED' });
}
