import { constants, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TokenServiceError } from '../errors.js';
import { setTimeout } from '../system-time.js';
import { identityOf, underWay, verifyLog } from './database-files.js';
import { readLeaseRecord } from './lease-file.js';

/** A copy of a database, in a folder of its own. */
export interface DatabaseCopy {
  readonly file: string;
  readonly remove: () => void;
}

const attempts = 100;
const pauseMs = 100;

/**
 * Copies a database and its log, while another process may write into them. That records in its lease each time that the
 * log is brought into the file: where it did not while they were copied, the file is the one that the log goes with, and the
 * log only grew, of which what is whole counts.
 *
 * @throws {TokenServiceError} STORE_FAILED
 */
export async function copyDatabase(path: string): Promise<DatabaseCopy> {
  if (identityOf(path) === '') throw failed(`There is no database ${path}. Check the path.`);
  const folder = makeFolder(path);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, basename(path));
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = readLeaseRecord(`${path}.pid`);
      if (before !== undefined && !before.startsWith(underWay)) {
        if (before !== '') verifyLog(path, before);
        copyOrRemove(`${path}-wal`, `${file}-wal`);
        copyOrRemove(path, file);
        if (readLeaseRecord(`${path}.pid`) === before) return { file, remove };
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  } catch (error) {
    remove();
    if (error instanceof TokenServiceError) throw error;
    throw failed(
      `The database ${path} cannot be copied. Check that there is room, and who may read and write there.`,
      error,
    );
  }
  remove();
  throw failed(
    `The database ${path} was busy, or a process of another version has it open: no copy of one state could be made. ` +
      'Try again, or stop that process, and start it once with this version.',
  );
}

function makeFolder(path: string): string {
  try {
    return mkdtempSync(join(dirname(path), '.nexconn-copy-'));
  } catch (cause) {
    throw failed(`The folder of ${path} cannot be written, where a copy is made. Check who may write there.`, cause);
  }
}

function copyOrRemove(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    rmSync(to, { force: true });
  }
}

function failed(message: string, cause?: unknown): TokenServiceError {
  return new TokenServiceError(message, { code: 'STORE_FAILED', cause });
}
