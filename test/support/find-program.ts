import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Returns the path of the first of some programs that a folder of the `PATH` has; `undefined` where there is none. */
export function findProgram(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

/** Returns the path of a program that a test cannot do without. @throws where no folder of the `PATH` has it */
export function programPath(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`There is no ${name} on the PATH. Install it.`);
  return path;
}

/** Whether the tests that need these programs run. */
export function hasPrograms(...names: string[]): boolean {
  return isExpected(names.every((name) => findProgram(name) !== undefined));
}

/** Whether the tests that need something run: where it is there, and with CI=true everywhere, so that what is missing fails them. */
export function isExpected(isThere: boolean): boolean {
  return isThere || process.env.CI === 'true';
}
