// In a mount namespace of its own, as root: builds the images of examples/docker, and runs them in a network namespace.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureInstalled } from '../measure-installed.js';
import { buildImages, type Image, mountLayers } from './build-images.js';

const [context = '', registry = '', node = '', folder = ''] = process.argv.slice(2);
// An overlay cannot be written to on another one, which the root of this machine may be.
execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
const images = buildImages({ context, folder, node, registry });
for (const [name, image] of images) await printSize(name, image);
writeFileSync(join(folder, 'images.json'), JSON.stringify([...images]));

const script = join(import.meta.dirname, 'run-compose.ts');
const command = ['--net', process.execPath, ...process.execArgv, script, context, folder];
const { status } = spawnSync('unshare', command, { stdio: 'inherit' });
process.exit(status ?? 1);

/** Of images that are run; what they are made of has none of its own. */
async function printSize(name: string, { layers, health }: Image): Promise<void> {
  if (!health) return;
  const { packages, megabytes } = await measureInstalled(join(mountLayers(layers, folder), 'app'));
  console.log(`${name}: ${packages} packages, ${megabytes.toFixed(1)} MB beside Node`);
}
