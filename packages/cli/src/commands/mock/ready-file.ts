import { lstat, rm } from 'node:fs/promises';
import { CliError, openDraft, refuseSpecialFile } from '@nexconn-kit/token-server/command-line';
import { environmentLines, type MockAddress } from '../../process/shell.js';

/**
 * Writes the lines that point a client at the mock into a file, which appears complete and is its owner's alone; disposing of it removes
 * it, unless another has taken its place, such as that of a mock that was started later.
 *
 * @throws {CliError} FILE_NOT_WRITTEN
 */
export async function writeReadyFile(path: string | undefined, mock: MockAddress): Promise<AsyncDisposable> {
  if (path === undefined) return { [Symbol.asyncDispose]: async () => {} };
  await refuseSpecialFile(path);
  const own = await put(path, environmentLines(mock)).catch((cause: NodeJS.ErrnoException) => {
    const message = `The file ${path} cannot be written (${cause.code}). Check the path given to --ready-file.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  });
  return {
    async [Symbol.asyncDispose]() {
      const found = await identify(path).catch(() => undefined);
      if (found !== undefined && isSameFile(found, own)) await rm(path, { force: true });
    },
  };
}

async function put(path: string, lines: readonly string[]): Promise<FileIdentity> {
  // It holds an App Secret.
  await using draft = await openDraft(path);
  await draft.file.writeFile(`${lines.join('\n')}\n`);
  const own = await draft.file.stat({ bigint: true });
  await draft.commit();
  return own;
}

type FileIdentity = Awaited<ReturnType<typeof identify>>;

/** A link is not followed: it is not what was written. */
function identify(path: string) {
  return lstat(path, { bigint: true });
}

/** By its time as well: the number of a file that is gone is given to the next. */
function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.dev === other.dev && one.ino === other.ino && one.mtimeNs === other.mtimeNs;
}
