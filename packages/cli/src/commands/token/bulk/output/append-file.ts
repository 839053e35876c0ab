import { type FileHandle, lstat, open } from 'node:fs/promises';
import { CliError, refuseSpecialFile } from '@nexconn-kit/token-server/command-line';

/** A file that whole lines are added to, for its owner alone. */
export interface AppendFile {
  readonly path: string;
  readonly size: () => number;
  /** Undefined while there is none. */
  readonly handle: () => FileHandle | undefined;
  /** Adds lines, all or nothing; creates the file. @throws {CliError} FILE_NOT_WRITTEN */
  readonly append: (lines: string) => Promise<void>;
  /** Restricts it to its owner, whoever has created it. */
  readonly protect: () => Promise<void>;
  /** Removes what stands behind that many bytes. */
  readonly cut: (size: number) => Promise<void>;
  /** Resolves once what was added outlives the machine. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How much of the end of a file is looked at for a line that was not finished. */
const tailBytes = 65_536;
const lineFeed = 0x0a;

/**
 * Opens a file to add lines to, or creates it with the first of them.
 *
 * @throws {CliError} FILE_NOT_WRITTEN
 */
export async function openAppendFile(path: string): Promise<AppendFile> {
  await refuseSpecialFile(path);
  await refuseForeignFile(path);
  const fail = (cause: NodeJS.ErrnoException): never => {
    if (cause instanceof CliError) throw cause;
    const message = `${path} cannot be written (${cause.code}). Check the path, and that there is room.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  };
  let file = await open(path, 'r+').catch((error) => (error.code === 'ENOENT' ? undefined : fail(error)));
  let size = file ? (await file.stat()).size : 0;

  async function write(bytes: Buffer): Promise<void> {
    file ??= await open(path, 'wx+', 0o600);
    if ((await file.stat()).size !== size) {
      const message = `${path} was changed by somebody else meanwhile. Run the command again once nothing else writes to it.`;
      throw new CliError(message, { code: 'FILE_NOT_WRITTEN' });
    }
    try {
      for (let written = 0; written < bytes.length; ) {
        written += (await file.write(bytes, written, bytes.length - written, size + written)).bytesWritten;
      }
    } catch (error) {
      await file.truncate(size).catch(() => {});
      throw error;
    }
    size += bytes.length;
  }

  return {
    path,
    size: () => size,
    handle: () => file,
    protect: async () => file?.chmod(0o600).catch(fail),
    append: (lines) => write(Buffer.from(lines)).catch(fail),
    async cut(to) {
      if (to === size) return;
      await file?.truncate(to).catch(fail);
      size = to;
    },
    sync: async () => file?.datasync().catch(fail),
    close: async () => file?.close(),
  };
}

/** Removes the line that a process was killed in; resolves to false where the end of the file has no line at all. */
export async function cutTornLine(file: AppendFile): Promise<boolean> {
  const from = Math.max(0, file.size() - tailBytes);
  const tail = Buffer.alloc(file.size() - from);
  await file.handle()?.read(tail, 0, tail.length, from);
  const end = tail.lastIndexOf(lineFeed) + 1;
  if (end === 0 && from > 0) return false;
  await file.cut(from + end);
  return true;
}

/** Who has put a file there may read what is written to it. */
async function refuseForeignFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  const uid = process.geteuid?.();
  if (!found || uid === undefined || found.uid === uid) return;
  const message = `${path} belongs to another user of this machine. Give the path of a file of your own.`;
  throw new CliError(message, { code: 'FILE_NOT_WRITTEN' });
}
