import { rename, rm, writeFile } from 'node:fs/promises';
import { CliError } from '@nexconn-kit/token-server/command-line';
import { environmentLines, type MockAddress } from '../../process/shell.js';

/**
 * Writes the lines that point a client at the mock into a file, which appears complete; disposing of it removes it.
 *
 * @throws {CliError} FILE_NOT_WRITTEN
 */
export async function writeReadyFile(path: string | undefined, mock: MockAddress): Promise<AsyncDisposable> {
  if (path === undefined) return { [Symbol.asyncDispose]: async () => {} };
  const draft = `${path}.${process.pid}`;
  try {
    await writeFile(draft, `${environmentLines(mock).join('\n')}\n`);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The file ${path} cannot be written (${code}). Check the path given to --ready-file.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
