import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generateFailed, problemOf } from './errors.js';
import type { FoundDocument } from './types.js';

/** Finds every `spec/<name>/openapi.yaml`, sorted by name. */
export async function findDocuments(root: string): Promise<FoundDocument[]> {
  const folder = join(root, 'spec');
  const entries = existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : [];
  const names = entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'openapi.yaml')))
    .map((entry) => entry.name)
    .sort();
  if (names.length > 0) return names.map((name) => ({ name, source: `spec/${name}/openapi.yaml` }));
  const message = `There is no openapi.yaml in any folder of ${folder}.`;
  const hint = 'Write spec/<name>/openapi.yaml, or name the repository with --root.';
  throw generateFailed([problemOf('spec', message, hint)]);
}
