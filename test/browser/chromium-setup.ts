import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumPath } from './chromium.js';

const installCommand = 'apt-get update && apt-get install -y --no-install-recommends chromium';

/** Makes sure that the browser tests have a Chromium, or says which tests do not run and what to install. */
export default function setup(): void {
  if (chromiumPath() !== undefined) return;
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) throw new Error(`CHROMIUM_PATH names ${chosen}, and there is no such file. Correct it or unset it.`);
  const failure = mayInstall() ? install() : 'Only as root on Debian is it installed for you.';
  if (chromiumPath() !== undefined) return;
  // With CI=true chromium.test.ts turns this into a failure, so that all other tests still run.
  console.warn(
    [
      `There is no Chromium on this machine, so no test of test/browser runs. ${failure}`,
      `Install one: ${adviceFor(process.platform)}`,
      'Or set CHROMIUM_PATH to the one you have.',
    ].join('\n'),
  );
}

function mayInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

function install(): string {
  console.log('Installing Chromium for the browser tests (apt-get) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr } = spawnSync('sh', ['-c', installCommand], { env, encoding: 'utf8' });
  return status === 0 ? '' : `apt-get failed: ${stderr.trim().split('\n').slice(-3).join(' ')}`;
}

function adviceFor(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'brew install --cask chromium';
  if (platform === 'win32') return 'winget install Hibbiki.Chromium';
  return `sudo sh -c '${installCommand}'`;
}
