import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { TokenServiceError } from '../errors.js';

/** A lock that this process holds. */
export interface FileLock {
  readonly release: () => void;
}

/**
 * Takes a lock that is a file with the process in it; one of a process that is no more is taken over, and what it left
 * behind is cleared away.
 *
 * @throws {TokenServiceError} STORE_FAILED where another process holds it
 */
export function takeFileLock(path: string, leftBehind: string): FileLock {
  const mine = `${process.pid} ${startOf(process.pid)} ${randomUUID()}`;
  // Written whole before it appears under its name, so that nobody reads half of it.
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, mine);
    while (!linkExclusively(draft, path)) {
      const holder = read(path);
      if (isAlive(holder)) throw inUse(path, holder);
      rmSync(path, { force: true });
    }
    rmSync(leftBehind, { recursive: true, force: true });
  } catch (cause) {
    if (cause instanceof TokenServiceError) throw cause;
    const message = `The lock ${path} cannot be written. Check the folder and who may write there.`;
    throw new TokenServiceError(message, { code: 'STORE_FAILED', cause });
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release() {
      if (read(path) === mine) rmSync(path, { force: true });
    },
  };
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

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A process of the same number that began at another time is another process, as in a container that was restarted. */
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

/** When a process began, in the ticks of the system; `-` where the system does not tell. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  // The name of the program stands in brackets and may hold spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

function inUse(path: string, holder: string): TokenServiceError {
  const message =
    `The database is in use by process ${holder.split(' ')[0]}, as ${path} says. One process has it at a time: ` +
    'stop the other one, or let several share a Redis or a PostgreSQL.';
  return new TokenServiceError(message, { code: 'STORE_FAILED' });
}
