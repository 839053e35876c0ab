import { rename, rm, writeFile } from 'node:fs/promises';
import { CliError } from '@nexconn-kit/token-server/command-line';
import { environmentLines, type MockAddress } from '../../process/shell.js';

/**
 * Writes the lines that point a client at the mock into a file, which appears complete and is its owner's alone; disposing of it removes it.
 *
 * @throws {CliError} FILE_NOT_WRITTEN
 */
export async function writeReadyFile(path: string | undefined, mock: MockAddress): Promise<AsyncDisposable> {
  if (path === undefined) return { [Symbol.asyncDispose]: async () => {} };
  const draft = `${path}.${process.pid}`;
  try {
    // It holds an App Secret. One of that name is what a process of the same number has left, or a link that is not followed.
    await rm(draft, { force: true });
    await writeFile(draft, `${environmentLines(mock).join('\n')}\n`, { flag: 'wx', mode: 0o600 });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The file ${path} cannot be written (${code}). Check the path given to --ready-file.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
