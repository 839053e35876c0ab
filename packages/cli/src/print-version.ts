import { readFileSync, writeSync } from 'node:fs';

/**
 * Writes the version where the arguments ask for nothing else, and returns whether it did. Scripts ask for it at each start
 * of theirs: no other module is loaded for it. Where something stands in the way, such as a full disk, the whole command
 * line is left to tell of it.
 *
 * The same file stands in each package with a command; a test compares them.
 */
export function printVersion(args: readonly string[]): boolean {
  if (args.length !== 1 || !/^(-V|--version)$/.test(args[0] ?? '')) return false;
  try {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    writeSync(1, `${version}\n`);
    return true;
  } catch {
    return false;
  }
}
