import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Runs `npm ci` in a folder that is no workspace, where it has not been run for its lock file; returns why it failed, or an
 * empty text. `flags` are more of its own.
 */
export function npmCi(folder: string, flags: readonly string[] = []): string {
  const lockFile = readFileSync(join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lockFile).digest('hex');
  const stamp = join(folder, 'node_modules/.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return '';
  console.log(`Installing what the tests need (npm ci in ${relative(process.cwd(), folder)}) …`);
  const options = { cwd: folder, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...flags], options);
  if (status !== 0) return `npm ci failed: ${stderr.trim()}`;
  writeFileSync(stamp, wanted);
  return '';
}
