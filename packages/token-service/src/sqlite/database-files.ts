import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { TokenServiceError } from '../errors.js';

/** What is recorded in the lease while the log is brought into the file. */
export const underWay = 'under-way';

const ownerOnly = 0o600;

/** Returns the one path that a file has under all of its names but hard links. It need not exist yet; its folder must. */
export function realPathOf(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return join(realpathSync(dirname(absolute)), basename(absolute));
  }
}

/** Creates a database's file where there is none, and leaves its files and those beside it to their owner alone. */
export function secureFiles(path: string): void {
  createFile(path);
  for (const suffix of ['', '-wal', '-journal', '-lock']) secureFile(`${path}${suffix}`);
}

/** Creates an empty file of its owner alone, at the place of no link; returns false where there is something already. */
export function createFile(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', ownerOnly));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Returns what tells a file from another one of the same name; empty where there is none. A link would have another file
 * locked and restricted, and a FIFO would be waited for. By the name, for the reason that `secureFile` has.
 *
 * @throws {TokenServiceError} STORE_FAILED for what is no file
 */
export function fileIdentityOf(path: string): string {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat?.isFile() === false) throw noFile(path);
  return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
}

/**
 * Returns the text of a file that nothing is locked in; undefined where there is none. No link is followed, nor a FIFO waited
 * for: what was opened is looked at, not its name.
 *
 * @throws {TokenServiceError} STORE_FAILED for what is no file
 */
export function readFile(path: string): string | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let fd: number | undefined;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fstatSync(fd).isFile()) return readFileSync(fd, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    // A link, by the systems' several names for it, and a socket.
    if (!['ELOOP', 'EMLINK', 'EFTYPE', 'ENXIO', 'EOPNOTSUPP'].includes(`${code}`)) throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
  throw noFile(path);
}

function noFile(path: string): TokenServiceError {
  const message = `${path}, which belongs to a database, is a symbolic link or no file. See who made it, and remove it.`;
  return new TokenServiceError(message, { code: 'STORE_FAILED' });
}

/** Returns what removes again the files of a database that are not there yet. */
export function removalOfNewFiles(path: string): () => void {
  const files = ['', '-wal', '-shm', '-journal', '.lock'].map((suffix) => `${path}${suffix}`);
  const missing = files.filter((file) => lstatSync(file, { throwIfNoEntry: false }) === undefined);
  return function removeNewFiles() {
    for (const file of missing) rmSync(file, { recursive: true, force: true });
  };
}

/** By the name: to open and close a file would release the locks that this process has on it. */
export function secureFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) restrict(path, ownerOnly);
}

export function secureFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) restrict(path, 0o700);
}

function restrict(path: string, mode: number): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  try {
    chmodSync(path, mode);
  } catch {
    // Somebody else's, who lets this process write there.
  }
}

/** Whether there is no room: on the disk, in a quota, or under the limit of the size of files. */
export function isFullDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String((error as NodeJS.ErrnoException).code));
}

/** Returns what tells a file from another one of the same name; empty where there is none. */
export function identityOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.dev}:${stat.ino}`;
}

/**
 * Puts copies in the place of a database's files. Whoever has the former ones open, and has slept since, writes into those:
 * what it had written before it lost them is in the copies.
 */
export function replaceByCopies(path: string): void {
  for (const file of [`${path}-wal`, path]) {
    if (identityOf(file) === '') continue;
    const copy = `${file}.copy`;
    try {
      copyFileSync(file, copy, constants.COPYFILE_FICLONE);
      renameSync(copy, file);
    } catch (error) {
      rmSync(copy, { force: true });
      // A restart on a full disk is more likely than a process that comes back in the midst of a write.
      if (!isFullDisk(error)) throw error;
    }
  }
}

/** Calls `work` with a copy of a database and its log, which is removed afterwards; not at all on a full disk. */
export function withCopies(path: string, work: (copy: string) => void): void {
  const copy = `${path}.copy`;
  try {
    copyFileSync(`${path}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE);
    copyFileSync(path, copy, constants.COPYFILE_FICLONE);
    work(copy);
  } catch (error) {
    if (!isFullDisk(error)) throw error;
  } finally {
    for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(`${copy}${suffix}`, { recursive: true, force: true });
  }
}

/** What the header of a database says of the state of its file, beside the log. */
export interface FileState {
  /** Drawn anew each time that the log is brought into the file. */
  readonly application_id: number;
  readonly schema_version: number;
  readonly page_count: number;
  readonly freelist_count: number;
}

/** Returns a state as 32 digits. */
export function describeState(state: FileState): string {
  const parts = [state.application_id, state.schema_version, state.page_count, state.freelist_count];
  return parts.map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
}

/**
 * Throws where the write-ahead log beside a file is not this file's, as after a backup was put in its place: applied to it,
 * the log would undo the restore, or destroy the file. Returns whether that is known.
 *
 * @param recorded The state of the file that the log goes with.
 * @throws {TokenServiceError} STORE_FAILED
 */
export function verifyLog(path: string, recorded: string | undefined): boolean {
  const log = `${path}-wal`;
  if (!statSync(log, { throwIfNoEntry: false })?.size) return true;
  if (recorded === undefined || recorded.startsWith(underWay)) return false;
  if (recorded === describeState(readState(path))) return true;
  const message =
    `${log} is the write-ahead log of another state of ${path}: was the file restored from a backup, or removed? ` +
    'Then remove that log (or put it aside), and start again. Where both were moved here together, copy both again.';
  throw new TokenServiceError(message, { code: 'STORE_FAILED' });
}

/** Returns the error for a log that turned out not to go with its file. */
export function damaged(path: string, cause: unknown): TokenServiceError {
  const message =
    `The database ${path} is damaged, or ${path}-wal is not its write-ahead log, as where the file was restored from a ` +
    'backup. Restore it, and remove that log.';
  return new TokenServiceError(message, { code: 'STORE_FAILED', cause });
}

function readState(path: string): FileState {
  const header = Buffer.alloc(100);
  if (identityOf(path) !== '') {
    const fd = openSync(path, 'r');
    readSync(fd, header, 0, header.length, 0);
    closeSync(fd);
  }
  const [page_count, freelist_count, schema_version, application_id] = [28, 36, 40, 68].map((at) =>
    header.readUInt32BE(at),
  ) as [number, number, number, number];
  return { application_id, schema_version, page_count, freelist_count };
}
