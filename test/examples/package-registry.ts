import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { runCommand } from '../support/run-command.js';

const root = resolve(import.meta.dirname, '../..');

/** A registry of this project's packages alone, as every package manager asks one for a scope. */
export interface PackageRegistry extends AsyncDisposable {
  readonly url: string;
}

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** What the registry says of it: the manifest, with the address of its tarball. */
  readonly manifest: object;
}

/**
 * Builds and packs packages, and serves the tarballs as a registry does: an example is installed as a reader installs it,
 * and what one of our packages asks of another is resolved as it will be once they are published.
 */
export async function startPackageRegistry(names: readonly string[]): Promise<PackageRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-tarballs-'));
  await pack(names, folder);
  // No cache of a package manager has seen this address before, whatever port it is.
  const path = `/${basename(folder)}`;
  const server = createServer((...args) => listener(...args)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const packages = await Promise.all((await readdir(folder)).map((file) => readPacked(join(folder, file), url)));
  const listener = serve(packages, path);
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function pack(names: readonly string[], folder: string): Promise<void> {
  const filters = names.map((name) => `--filter=@nexconn-kit/${name}`);
  await run('npx', ['turbo', 'run', 'build', '--output-logs=errors-only', ...filters]);
  // Its script would take files away that a test of the packed packages has put into a build meanwhile.
  await run('npm', [
    'pack',
    '--ignore-scripts',
    '--pack-destination',
    folder,
    ...names.map((name) => (name === 'generator' ? './generator' : `./packages/${name}`)),
  ]);
}

async function readPacked(file: string, url: string): Promise<Packed> {
  const { stdout } = await run('tar', ['-xzOf', file, 'package/package.json']);
  const manifest = JSON.parse(stdout) as { name: string; version: string };
  const bytes = await readFile(file);
  const dist = {
    tarball: `${url}/${basename(file)}`,
    shasum: createHash('sha1').update(bytes).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
  };
  return { name: manifest.name, version: manifest.version, file, manifest: { ...manifest, dist } };
}

function serve(packages: readonly Packed[], path: string): RequestListener {
  return async function answer({ url = '' }, response) {
    const asked = decodeURIComponent(url.replace(`${path}/`, ''));
    const found = packages.find(({ name }) => name === asked);
    const tarball = packages.find(({ file }) => basename(file) === asked);
    if (tarball) response.end(await readFile(tarball.file));
    else if (found) response.setHeader('Content-Type', 'application/json').end(JSON.stringify(listVersions(found)));
    else response.writeHead(404).end('{}');
  };
}

function listVersions({ name, version, manifest }: Packed): object {
  const time = new Date(0).toISOString();
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: manifest },
    time: { created: time, modified: time, [version]: time },
  };
}

async function run(command: string, commandArguments: readonly string[]): Promise<{ stdout: string }> {
  const { exitCode, output, stdout } = await runCommand(command, commandArguments, { cwd: root });
  if (exitCode !== 0) throw new Error(`${command} ${commandArguments.join(' ')} failed: ${output}`);
  return { stdout };
}
