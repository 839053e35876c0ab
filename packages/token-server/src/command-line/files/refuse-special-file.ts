import { stat } from 'node:fs/promises';
import { CliError } from '../errors.js';

/**
 * Refuses to put a file in the place of what is none. As root, a device such as `/dev/null` would be gone, for all who use
 * it; a folder the system refuses by itself.
 *
 * @throws {CliError} FILE_NOT_WRITTEN
 */
export async function refuseSpecialFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found || found.isFile() || found.isDirectory()) return;
  const message = `${path} is no file but a device, a pipe or a socket. Give the path of a file.`;
  throw new CliError(message, { code: 'FILE_NOT_WRITTEN' });
}
