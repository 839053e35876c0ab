import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumPath } from './chromium.js';

const installCommand = 'apt-get update && apt-get install -y --no-install-recommends chromium';

/** Makes sure that the browser tests have a Chromium, or says which tests do not run and what to install. */
export default function setup(): void {
  if (chromiumPath() !== undefined) return;
  const failure = mayInstall() ? install() : 'It is only installed here as root on Debian.';
  if (chromiumPath() !== undefined) return;
  const message = `There is no Chromium on this machine, so no test of test/browser runs. ${failure} Install one:\n  ${adviceFor(process.platform)}\nor set CHROMIUM_PATH to the one you have.`;
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(message);
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
