import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A document of a folder. */
export interface FoundDocument {
  /** Its file without the ending, or its folder. */
  readonly name: string;
  readonly path: string;
}

const entryNames = ['openapi.yaml', 'openapi.yml', 'openapi.json'];

/** Returns the OpenAPI documents of a folder: each file with a field `openapi`, and each folder with an `openapi.yaml` or `.json`. */
export async function findDocuments(folder: string): Promise<FoundDocument[]> {
  const entries = (await readdir(folder)).sort();
  const found = await Promise.all(entries.map((entry) => documentAt(folder, entry)));
  return found.filter((document) => document !== undefined);
}

async function documentAt(folder: string, entry: string): Promise<FoundDocument | undefined> {
  const path = join(folder, entry);
  if ((await stat(path)).isDirectory()) {
    const names = await readdir(path);
    const name = entryNames.find((candidate) => names.includes(candidate));
    return name === undefined ? undefined : { name: entry, path: join(path, name) };
  }
  const [, name, ending] = /^(.+)\.(ya?ml|json)$/.exec(entry) ?? [];
  if (name === undefined) return undefined;
  const text = await readFile(path, 'utf8');
  const isDocument =
    ending === 'json' ? /"(openapi|swagger)"\s*:/.test(text) : /^["']?(openapi|swagger)["']?\s*:/m.test(text);
  return isDocument ? { name, path } : undefined;
}
