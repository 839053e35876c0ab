import { cp, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from '../support/run-command.js';

const root = resolve(import.meta.dirname, '../..');

/** Installed as npm would for a user of the client. */
const ours = ['contract', 'signing', 'client'];
/** What those need; packed out of `node_modules`, so that no registry is asked. */
const others = ['undici', 'openapi-fetch', 'openapi-typescript-helpers', '@opentelemetry/api'];
/** Only their types and files are looked at: what they need to run is large, or runs elsewhere. */
const unpacked = ['cli', 'docs', 'document', 'generator', 'mock', 'token-server', 'token-service', 'token-source'];

/** Builds and packs the packages, installs them in a folder outside of the project, and resolves with the folder. */
export async function packPackages(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nexconn-kit-packed-')));
  try {
    await installPacked(folder);
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function installPacked(folder: string): Promise<void> {
  const tarballs = join(folder, 'tarballs');
  await mkdir(tarballs);
  const filters = [...ours, ...unpacked].map((name) => `--filter=@nexconn-kit/${name}`);
  await run('npx', ['turbo', 'run', 'build', '--output-logs=errors-only', ...filters], root);
  await Promise.all([...ours, ...unpacked].map(leaveOlderBuild));
  await run('npm', ['pack', '--pack-destination', tarballs, ...[...ours, ...unpacked].map(folderOf)], root);
  const foreign = others.map((name) => `./node_modules/${name}`);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', tarballs, ...foreign], root);
  const files = (await readdir(tarballs)).map((name) => `./tarballs/${name}`);
  const tarballOf = (name: string) => files.find((file) => file.startsWith(`./tarballs/nexconn-kit-${name}-`)) ?? '';
  const installed = files.filter((file) => !unpacked.map(tarballOf).includes(file));
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const offline = ['--offline', '--cache', join(folder, 'cache'), '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', '--no-save', ...offline, ...installed], folder);
  for (const name of unpacked) {
    const target = join(folder, 'node_modules/@nexconn-kit', name);
    await mkdir(target);
    await run('tar', ['-xzf', tarballOf(name), '-C', target, '--strip-components=1'], folder);
  }
  for (const name of ['suite.js', 'run-suite.js', 'worker.js'])
    await cp(join(import.meta.dirname, name), join(folder, name));
  await cp(join(import.meta.dirname, 'consumer.ts'), join(folder, 'consumer.ts'));
}

function folderOf(name: string): string {
  return name === 'generator' ? './generator' : `./packages/${name}`;
}

/** Leaves what a build before a file was renamed leaves; packing takes it away. */
async function leaveOlderBuild(name: string): Promise<void> {
  const folder = join(root, folderOf(name), 'dist/older');
  await mkdir(folder, { recursive: true });
  for (const end of ['js', 'js.map', 'd.ts']) await writeFile(join(folder, `build.${end}`), '');
  await writeFile(join(folder, '../chunk-0LDER.js'), '');
}

async function run(command: string, commandArguments: string[], cwd: string): Promise<void> {
  const { exitCode, output } = await runCommand(command, commandArguments, { cwd });
  if (exitCode !== 0) throw new Error(`${command} ${commandArguments.join(' ')} failed: ${output}`);
}
