import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A program that npm cannot bring, and what hangs on it. */
export interface NeededProgram {
  /** `Chromium`, as a person calls it. */
  title: string;
  debianPackages: string;
  isThere: () => boolean;
  /** Which tests do not run without it. */
  leftOut: string;
  advice: Partial<Record<NodeJS.Platform, string>>;
}

/** Installs a missing program where that is allowed: as root on Debian. Elsewhere it says what to install, and why. */
export function provideProgram({ title, debianPackages, isThere, leftOut, advice }: NeededProgram): void {
  if (isThere()) return;
  const command = `apt-get install -y --no-install-recommends ${debianPackages}`;
  const failure = mayInstall() ? install(title, command) : 'Only as root on Debian is it installed for you.';
  if (isThere()) return;
  // With CI=true the tests that need it run nevertheless, and fail, so that all others are still counted.
  console.warn(`There is no ${title} on this machine, so ${leftOut} did not run. ${failure}`);
  console.warn(`Install it: ${advice[process.platform] ?? `sudo ${command}`}`);
}

function mayInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

/** Runs the command; the lists of what there is are brought only where it fails by them, which is once. */
function install(title: string, command: string): string {
  console.log(`Installing ${title} for the tests (apt-get) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const script = `${command} || { apt-get update && ${command}; }`;
  const { status, stderr, error } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' });
  return status === 0 ? '' : `apt-get failed: ${error?.message ?? stderr.trim().split('\n').slice(-3).join(' ')}`;
}
