import { existsSync, renameSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateFailed, problemOf } from './errors.js';
import { makeFolder } from './make-folder.js';
import type { OutputFile } from './types.js';
import { mark } from './typescript/header.js';

/** The folders that are written to. */
export interface Target {
  /** Paths relative to the root. */
  readonly folders: readonly string[];
  /** Whether other files stand there too, which are nobody's business: only what was generated is replaced or removed. */
  readonly isShared: boolean;
}

/** The differences between the files on disk and those that the documents ask for. */
export interface Differences {
  changed: OutputFile[];
  missing: OutputFile[];
  /** Paths of files in a generated folder that no document asks for. */
  stray: string[];
}

/** Returns how the disk differs from what would be written. */
export async function compareOutputs(
  root: string,
  outputs: readonly OutputFile[],
  { folders, isShared }: Target,
): Promise<Differences> {
  const wanted = new Set(outputs.map(({ path }) => path));
  const differences: Differences = { changed: [], missing: [], stray: [] };
  const foreign: OutputFile[] = [];
  // One after the other: those of a large document together are larger than all else that is kept.
  for (const output of outputs) {
    const present = await readFile(join(root, output.path), 'utf8').catch(() => null);
    if (isShared && present?.startsWith(mark) === false) foreign.push(output);
    if (present === null) differences.missing.push(output);
    else if (present !== output.content) differences.changed.push(output);
  }
  refuseForeign(foreign);
  for (const folder of folders) {
    const paths = await (isShared ? listGenerated(root, folder) : listFiles(root, folder));
    differences.stray.push(...paths.filter((path) => !wanted.has(path)));
  }
  return differences;
}

/**
 * Writes what differs: every file beside its place first, and only then are all renamed into place, without a pause in between:
 * a process that is killed leaves each file as it was or as it is to be, and none of both.
 *
 * @throws {GENERATE_FAILED} when a hand-written file stands in a generated folder, or a file cannot be written; every
 * file is then as it was.
 */
export async function writeOutputs(
  root: string,
  { changed, missing, stray }: Differences,
  { folders, isShared }: Target,
): Promise<void> {
  if (!isShared) refuseHandWritten(stray);
  const files = [...changed, ...missing].map(({ path, content }) => {
    const target = join(root, path);
    return { path, target, temporary: `${target}.gen.${process.pid}.tmp`, content };
  });
  const swapped: { target: string; previous: string | null }[] = [];
  let current = '';
  const folderNames = new Set(files.map(({ target }) => dirname(target)));
  for (const folder of folderNames) await removeLeftOvers(folder);
  try {
    for (const { path, target, temporary, content } of files) {
      current = path;
      await makeFolder(dirname(target));
      await writeFile(temporary, content);
    }
    const previous = await Promise.all(files.map(({ target }) => readFile(target, 'utf8').catch(() => null)));
    for (const [index, { path, target, temporary }] of files.entries()) {
      current = path;
      renameSync(temporary, target);
      swapped.push({ target, previous: previous[index] ?? null });
    }
  } catch (error) {
    for (const { target, previous } of swapped) await (previous === null ? rm(target) : writeFile(target, previous));
    const message = `This file cannot be written: ${(error as Error).message}.`;
    const hint = 'Remove what stands in its way, or grant the right to write there.';
    throw generateFailed([problemOf(current, message, hint)]);
  } finally {
    await Promise.all(files.map(({ temporary }) => rm(temporary, { force: true })));
    for (const folder of isShared ? [] : folders) await removeEmptyFolders(join(root, folder));
  }
  for (const path of stray) await rm(join(root, path), { force: true });
  for (const folder of isShared ? [] : folders) await removeEmptyFolders(join(root, folder));
}

/** Removes the files beside their places of a run that was killed; those of one that still runs stay. */
async function removeLeftOvers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid] = /\.gen\.\w+\.gen\.(\d+)\.tmp$/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function refuseHandWritten(stray: readonly string[]): void {
  const foreign = stray.filter((path) => !path.slice(path.lastIndexOf('/')).includes('.gen.'));
  if (foreign.length === 0) return;
  const message = 'This file is not generated, but stands in a generated folder.';
  const hint = 'Move it out of generated/, or remove it.';
  throw generateFailed(foreign.map((file) => problemOf(file, message, hint)));
}

function refuseForeign(files: readonly OutputFile[]): void {
  if (files.length === 0) return;
  const message = 'This file was not generated by this command, and would be replaced.';
  throw generateFailed(files.map(({ path }) => problemOf(path, message, 'Name another folder, or remove it.')));
}

/** Returns the files directly in a folder that say that they were generated. */
async function listGenerated(root: string, folder: string): Promise<string[]> {
  if (!existsSync(join(root, folder))) return [];
  const names = (await readdir(join(root, folder))).filter((name) => name.endsWith('.gen.ts')).sort();
  const generated: string[] = [];
  for (const name of names) if (await startsWithMark(join(root, folder, name))) generated.push(`${folder}/${name}`);
  return generated;
}

async function startsWithMark(path: string): Promise<boolean> {
  return (await readFile(path, 'utf8')).startsWith(mark);
}

async function listFiles(root: string, folder: string): Promise<string[]> {
  if (!existsSync(join(root, folder))) return [];
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const lists = entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? listFiles(root, path) : [path];
    });
  return (await Promise.all(lists)).flat();
}

async function removeEmptyFolders(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeEmptyFolders(join(folder, entry.name));
  }
  if ((await readdir(folder)).length === 0) await rm(folder, { recursive: true });
}
