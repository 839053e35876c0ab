import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from '../../support/run-command.js';

const root = resolve(import.meta.dirname, '../../..');

/** The manifest of a package, as far as a release changes it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
}

/** A copy of the project that a release can be tried in. */
export interface ScratchClone extends AsyncDisposable {
  readonly folder: string;
  readonly read: (path: string) => Promise<string>;
  /** The manifests below a folder, by their paths. */
  readonly manifests: (under: string) => Promise<ReadonlyMap<string, Manifest>>;
  /** Runs a command there, and returns what it has written. */
  readonly run: (command: string, args: readonly string[], env?: Record<string, string>) => Promise<string>;
  /** Lets packages be published from here: with what was built, and without the provenance that a CI alone can vouch for. */
  readonly makePublishable: () => Promise<void>;
}

/** Clones what is committed, and lends it the installed programs. */
export async function cloneProject(): Promise<ScratchClone> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-release-'));
  const read = (path: string) => readFile(join(folder, path), 'utf8');

  async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { exitCode, output } = await runCommand(command, args, { cwd: folder, env });
    if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${output}`);
    return output;
  }

  async function manifests(under: string): Promise<ReadonlyMap<string, Manifest>> {
    const paths = (await run('git', ['ls-files', '--', under]))
      .split('\n')
      .filter((path) => path.endsWith('/package.json'));
    return new Map(
      await Promise.all(paths.map(async (path) => [path, JSON.parse(await read(path)) as Manifest] as const)),
    );
  }

  async function makePublishable(): Promise<void> {
    for (const [path, { publishConfig, ...manifest }] of [
      ...(await manifests('packages')),
      ...(await manifests('generator')),
    ]) {
      if (manifest.private || !publishConfig) continue;
      const { provenance: _, ...rest } = publishConfig;
      await writeFile(join(folder, path), JSON.stringify({ ...manifest, publishConfig: rest }));
      const dist = path.replace('package.json', 'dist');
      await cp(join(root, dist), join(folder, dist), { recursive: true });
    }
  }

  await run('git', ['clone', '--quiet', '--shared', root, folder]);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  return { folder, read, manifests, run, makePublishable, [Symbol.asyncDispose]: dispose };
}

/** Returns the names of the changesets that wait for a release. */
export async function waitingChangesets(folder: string): Promise<string[]> {
  const files = await readdir(join(folder, '.changeset'));
  return files.filter((file) => file.endsWith('.md') && file !== 'README.md');
}
