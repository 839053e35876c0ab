import type { MockOptions } from '@nexconn-kit/mock';
import type { ServiceProfile } from '@nexconn-kit/mock/profile';
import { CliError, readSmallFile } from '@nexconn-kit/token-server/command-line';

/** Larger than any that was written, with all its evidence. */
const maxBytes = 4 * 1024 * 1024;

/** Returns the profile of a file. @throws {CliError} USAGE */
export async function openProfile(path: string): Promise<ServiceProfile> {
  const text = readText(path);
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

function readText(path: string): string {
  try {
    return readSmallFile(path, { maxBytes });
  } catch (cause) {
    const message = `The profile ${path} ${(cause as Error).message}. Check the path.`;
    throw new CliError(message, { code: 'USAGE', cause });
  }
}
