import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { GenerateError } from './errors.js';
import { appendPointer, readPointer } from './json-pointer.js';
import type { Sources } from './read-sources.js';
import { runRedocly } from './run-redocly.js';
import type { Json, JsonObject, Problem } from './types.js';

/**
 * Bundles a document into one, in which every `$ref` is local.
 *
 * @throws {GENERATE_FAILED} when a `$ref` to another file is left that cannot be brought in.
 */
export async function bundleDocument(root: string, source: string, sources: Sources): Promise<JsonObject> {
  const folder = await mkdtemp(join(tmpdir(), 'generate-'));
  try {
    const output = join(folder, 'bundle.json');
    const run = await runRedocly(root, ['bundle', source, '--output', output]);
    const text = await readFile(output, 'utf8').catch(() => null);
    if (text === null) {
      const message = `redocly bundle failed: ${run.stderr.trim().split('\n').at(-1)}`;
      throw new GenerateError([{ ...sources.locate('#'), message, hint: 'Lint the document by hand to see more.' }]);
    }
    const bundle = JSON.parse(text) as JsonObject;
    await resolveExtensions(bundle, dirname(resolve(root, source)));
    const problems = findForeignReferences(bundle, '#', sources);
    if (problems.length > 0) throw new GenerateError(problems);
    return bundle;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Redocly leaves a `$ref` deep inside an unknown field alone; at the root its base folder is still known. */
async function resolveExtensions(bundle: JsonObject, folder: string): Promise<void> {
  for (const [key, value] of Object.entries(bundle)) {
    if (key.startsWith('x-')) bundle[key] = await inline(value, folder);
  }
}

async function inline(node: Json, folder: string): Promise<Json> {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return Promise.all(node.map((item) => inline(item, folder)));
  const { $ref } = node;
  if (typeof $ref === 'string' && !$ref.startsWith('#')) {
    const [name = '', fragment = ''] = $ref.split('#');
    const path = resolve(folder, name);
    const content = parse(await readFile(path, 'utf8')) as Json;
    return inline(readPointer(content, fragment) ?? null, dirname(path));
  }
  const entries = Object.entries(node).map(async ([key, value]) => [key, await inline(value, folder)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function findForeignReferences(node: Json, pointer: string, sources: Sources): Problem[] {
  if (typeof node !== 'object' || node === null) return [];
  if (!Array.isArray(node) && typeof node.$ref === 'string' && !node.$ref.startsWith('#')) {
    const message = `$ref ${node.$ref} cannot be bundled at this place.`;
    return [{ ...sources.locate(pointer), message, hint: 'Write what it names here, or refer from a standard field.' }];
  }
  return Object.entries(node).flatMap(([key, value]) =>
    findForeignReferences(value, appendPointer(pointer, key), sources),
  );
}
