import { readSmallFile } from '../command-line/files/read-small-file.js';
import { wrongSetting } from './serve-settings.js';

/** Far more than a configuration file or a list of keys has. */
const maxFileBytes = 1_048_576;

/** Returns the text of a file that a setting names. @throws {CliError} USAGE */
export function readTextFile(path: string, source: string): string {
  try {
    return readSmallFile(path, { maxBytes: maxFileBytes });
  } catch (error) {
    // Without the path: who takes the setting for that of the secret has put the secret there.
    throw wrongSetting(`The file that ${source} names ${(error as Error).message}. Set it to the path of a file.`);
  }
}
