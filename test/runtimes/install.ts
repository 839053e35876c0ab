import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedFolder, missingPrograms } from './installed.js';

/** Installs the runtimes and compilers where those of the lock file are not there yet, and says which are missing. */
export function installPrograms(): void {
  const failure = install();
  const missing = missingPrograms();
  // With CI=true the tests that need them run nevertheless, and fail, so that all others are still counted.
  if (missing.length > 0) console.warn(`The packages were not tried on ${missing.join(', ')}. ${failure}`);
}

/** Runs `npm ci` where it has not been run for the lock file; returns why what is missing all the same is missing. */
export function install(): string {
  const lockFile = readFileSync(join(installedFolder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lockFile).digest('hex');
  const stamp = join(installedFolder, 'node_modules/.installed');
  const none = `npm has none for ${process.platform} on ${process.arch}, or test/runtimes/installed/node_modules is to be deleted.`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return none;
  console.log('Installing runtimes and compilers for the tests (npm ci in test/runtimes/installed) …');
  const options = { cwd: installedFolder, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], options);
  if (status !== 0) return `npm ci failed: ${stderr.trim()}`;
  writeFileSync(stamp, wanted);
  return none;
}
