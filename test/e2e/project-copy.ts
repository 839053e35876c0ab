import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { runCommand } from '../support/run-command.js';

export interface ProjectCopy {
  folder: string;
  remove(): Promise<void>;
}

const projectRoot = resolve(import.meta.dirname, '../..');

const copied = [
  'spec',
  'generator',
  'packages',
  'test',
  'README.md',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'bundle-dist.js',
  'vitest.config.ts',
];
const left = new Set(['node_modules', 'dist', '.turbo', 'coverage']);

/** Copies the sources of the project, where its own packages resolve to the copies and all others to the installed ones. */
export async function copyProject(): Promise<ProjectCopy> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nexconn-kit-copy-')));
  for (const entry of copied) {
    await cp(join(projectRoot, entry), join(folder, entry), {
      recursive: true,
      filter: (path) => !left.has(basename(path)),
    });
  }
  await linkAllModules(folder);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Copies every file of the project that git knows or would add, into a repository of its own; again, what changed since. */
export async function copyWholeProject(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listFiles = async (cwd: string): Promise<string[]> => {
    const { exitCode, stdout } = await runCommand('git', listed, { cwd });
    return exitCode === 0 ? stdout.split('\0').filter((path) => path !== '' && existsSync(join(cwd, path))) : [];
  };
  const files = new Set(await listFiles(projectRoot));
  const stale = (existsSync(join(folder, '.git')) ? await listFiles(folder) : []).filter((path) => !files.has(path));
  for (const path of stale) await rm(join(folder, path));
  for (const path of files) await cp(join(projectRoot, path), join(folder, path), { preserveTimestamps: true });
  if (!existsSync(join(folder, 'node_modules'))) await linkAllModules(folder);
  await runCommand('git', ['init', '--quiet'], { cwd: folder });
}

/** Commits what stands in a copy, since some tests ask git for the files of the project. */
export async function commitAll(folder: string): Promise<void> {
  await runCommand('git', ['add', '--all'], { cwd: folder });
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  await runCommand('git', [...identity, 'commit', '--quiet', '--message', 'the next endpoints'], { cwd: folder });
}

async function linkAllModules(folder: string): Promise<void> {
  await linkModules(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  for (const workspace of await workspacesWithModules()) {
    await linkModules(join(projectRoot, workspace, 'node_modules'), join(folder, workspace, 'node_modules'));
  }
  const ours = join(folder, 'node_modules/@nexconn-kit');
  await mkdir(ours);
  for (const name of await readdir(join(folder, 'packages')))
    await symlink(join(folder, 'packages', name), join(ours, name));
  await symlink(join(folder, 'generator'), join(ours, 'generator'));
}

/** Lists the files of the copy that differ from the project's, or that it does not have. */
export async function changedFiles(folder: string): Promise<string[]> {
  const changed: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (!entry.isFile() || path.split('/').some((step) => left.has(step))) continue;
    const [now, before] = await Promise.all([
      readFile(join(folder, path), 'utf8'),
      readFile(join(projectRoot, path), 'utf8').catch(() => undefined),
    ]);
    if (now !== before) changed.push(path);
  }
  return changed.sort();
}

async function workspacesWithModules(): Promise<string[]> {
  const packages = (await readdir(join(projectRoot, 'packages'))).map((name) => `packages/${name}`);
  const found: string[] = [];
  for (const workspace of ['generator', 'test', ...packages]) {
    if ((await readdir(join(projectRoot, workspace))).includes('node_modules')) found.push(workspace);
  }
  return found;
}

async function linkModules(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const cacheOrOurs = name === '@nexconn-kit' || (name.startsWith('.') && name !== '.bin');
    if (!cacheOrOurs) await symlink(join(from, name), join(to, name));
  }
}
