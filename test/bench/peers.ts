import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What the packages are measured against: installed outside of the workspaces, when a bench first needs them. */
export const peersFolder = fileURLToPath(new URL('peers', import.meta.url));

/** Installs the peers, unless they are there as their lock file has them. */
export async function installPeers(): Promise<void> {
  if (await isInstalled()) return;
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peersFolder });
}

async function isInstalled(): Promise<boolean> {
  const { dependencies } = JSON.parse(await readFile(join(peersFolder, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.keys(dependencies).every((name) => existsSync(join(peersFolder, 'node_modules', name)));
}
