import { readFile } from 'node:fs/promises';

/**
 * Resolves with the text of a file of the console's page. The build puts another function here, which has the texts: whoever
 * bundles the mock, or runs its modules as CommonJS as Jest does, has no folder beside this file, nor `import.meta`.
 */
export function readPageText(name: string): Promise<string> {
  return readFile(new URL(`page/${name}`, import.meta.url), 'utf8');
}
