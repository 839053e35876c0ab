import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { MockOptions } from '@nexconn-kit/mock';
import type { ServiceProfile } from '@nexconn-kit/mock/profile';
import { CliError } from '@nexconn-kit/token-server/command-line';
import { readBounded } from '../../process/read-bounded.js';

/** Larger than any that was written, with all its evidence. */
const maxBytes = 4 * 1024 * 1024;

/** Returns the profile of a file. @throws {CliError} USAGE */
export async function openProfile(path: string): Promise<ServiceProfile> {
  const text = await readText(path);
  const { readProfile } = await import('@nexconn-kit/mock/profile');
  try {
    return readProfile(JSON.parse(text));
  } catch (error) {
    const { name, message } = error as Error;
    // The parser's own words quote the file.
    const problem = name === 'MockError' ? message.replace('The option ', '') : 'It is no JSON.';
    throw new CliError(`The file ${path} is no profile of nexconn probe: ${problem}`, { code: 'USAGE', cause: error });
  }
}

/** Returns the options of a mock that a profile decides; none without one. */
export async function profileOptions(path: string | undefined): Promise<MockOptions> {
  if (path === undefined) return {};
  const { mockOptionsOf } = await import('@nexconn-kit/mock/profile');
  return mockOptionsOf(await openProfile(path));
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    const isLarger = size > maxBytes;
    const text = isLarger ? undefined : await readBounded(createReadStream(path), maxBytes);
    if (text !== undefined) return text;
    // A device has no size.
    const found = isLarger ? size : `more than ${maxBytes}`;
    const message = `The file ${path} has ${found} bytes, where a profile has ${maxBytes} at most. Name another.`;
    throw new CliError(message, { code: 'USAGE' });
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(`The profile ${path} cannot be read (${code}). Check the path.`, {
      code: 'USAGE',
      cause: error,
    });
  }
}
