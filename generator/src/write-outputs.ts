import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateFailed, problemOf } from './errors.js';
import { generatedFolders } from './find-documents.js';
import type { OutputFile } from './types.js';

/** The differences between the files on disk and those that the documents ask for. */
export interface Differences {
  changed: OutputFile[];
  missing: OutputFile[];
  /** Paths of files in a generated folder that no document asks for. */
  stray: string[];
}

/** Returns how the disk differs from what would be written. */
export async function compareOutputs(root: string, outputs: readonly OutputFile[]): Promise<Differences> {
  const wanted = new Set(outputs.map(({ path }) => path));
  const present = await Promise.all(outputs.map(({ path }) => readFile(join(root, path), 'utf8').catch(() => null)));
  const lists = await Promise.all(generatedFolders.map((folder) => listFiles(root, folder)));
  return {
    changed: outputs.filter(({ content }, index) => present[index] !== null && present[index] !== content),
    missing: outputs.filter((_, index) => present[index] === null),
    stray: lists.flat().filter((path) => !wanted.has(path)),
  };
}

/**
 * Writes what differs: every file beside its place first, and only then are all renamed into place.
 *
 * @throws {GENERATE_FAILED} when a hand-written file stands in a generated folder, or a file cannot be written; every
 * file is then as it was.
 */
export async function writeOutputs(root: string, { changed, missing, stray }: Differences): Promise<void> {
  refuseHandWritten(stray);
  const files = [...changed, ...missing].map(({ path, content }) => {
    const target = join(root, path);
    return { path, target, temporary: `${target}.gen.${process.pid}.tmp`, content };
  });
  const swapped: { target: string; previous: string | null }[] = [];
  let current = '';
  try {
    for (const { path, target, temporary, content } of files) {
      current = path;
      await mkdir(dirname(target), { recursive: true });
      await writeFile(temporary, content);
    }
    for (const { path, target, temporary } of files) {
      current = path;
      const previous = await readFile(target, 'utf8').catch(() => null);
      await rename(temporary, target);
      swapped.push({ target, previous });
    }
  } catch (error) {
    for (const { target, previous } of swapped) await (previous === null ? rm(target) : writeFile(target, previous));
    const message = `This file cannot be written: ${(error as Error).message}.`;
    const hint = 'Remove what stands in its way, or grant the right to write there.';
    throw generateFailed([problemOf(current, message, hint)]);
  } finally {
    await Promise.all(files.map(({ temporary }) => rm(temporary, { force: true })));
    for (const folder of generatedFolders) await removeEmptyFolders(join(root, folder));
  }
  for (const path of stray) await rm(join(root, path), { force: true });
  for (const folder of generatedFolders) await removeEmptyFolders(join(root, folder));
}

function refuseHandWritten(stray: readonly string[]): void {
  const foreign = stray.filter((path) => !path.slice(path.lastIndexOf('/')).includes('.gen.'));
  if (foreign.length === 0) return;
  const message = 'This file is not generated, but stands in a generated folder.';
  const hint = 'Move it out of generated/, or remove it.';
  throw generateFailed(foreign.map((file) => problemOf(file, message, hint)));
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
