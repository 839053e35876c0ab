import { stat } from 'node:fs/promises';
import { CliError } from '../errors.js';

/**
 * Refuses to put a file in the place of what is none. As root, a device such as `/dev/null` would be gone, for all who use
 * it; a folder the system refuses by itself, but only once all that goes into the file has been made.
 *
 * @param mayBeFolder whether a folder may be there, since the caller puts it aside. Default: false.
 *
 * @throws {CliError} FILE_NOT_WRITTEN
 */
export async function refuseSpecialFile(path: string, mayBeFolder = false): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found || found.isFile() || (mayBeFolder && found.isDirectory())) return;
  const what = found.isDirectory() ? 'a folder' : 'a device, a pipe or a socket';
  const message = `${path} is no file but ${what}. Give the path of a file.`;
  throw new CliError(message, { code: 'FILE_NOT_WRITTEN' });
}
