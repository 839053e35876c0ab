import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GenerateError } from './errors.js';

/** A document to generate from. */
export interface FoundDocument {
  /** Name of its folder under `spec/`. */
  name: string;
  /** Path relative to the root, with forward slashes. */
  source: string;
}

/** Finds every `spec/<name>/openapi.yaml`, sorted by name. */
export async function findDocuments(root: string): Promise<FoundDocument[]> {
  const folder = join(root, 'spec');
  const entries = existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : [];
  const names = entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'openapi.yaml')))
    .map((entry) => entry.name)
    .sort();
  if (names.length > 0) return names.map((name) => ({ name, source: `spec/${name}/openapi.yaml` }));
  throw new GenerateError([
    {
      file: 'spec',
      line: 0,
      column: 0,
      pointer: '',
      message: `There is no openapi.yaml in any folder of ${folder}.`,
      hint: 'Write spec/<name>/openapi.yaml, or name the repository with --root.',
    },
  ]);
}
