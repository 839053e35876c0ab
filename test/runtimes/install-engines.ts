import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enginesFolder } from './engines.js';

/** Installs the runtimes and compilers where those of the lock file are not there yet. */
export function installEngines(): void {
  const lockFile = readFileSync(join(enginesFolder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lockFile).digest('hex');
  const stamp = join(enginesFolder, 'node_modules/.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing runtimes and compilers for the tests (npm ci in test/runtimes/engines) …');
  const options = { cwd: enginesFolder, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], options);
  if (status === 0) {
    writeFileSync(stamp, wanted);
    return;
  }
  // With CI=true the tests that need them run nevertheless, and fail, so that all others are still counted.
  console.warn(`The tests of other runtimes in test/runtimes did not run. npm ci failed: ${stderr.trim()}`);
}
