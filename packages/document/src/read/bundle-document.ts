import {
  BaseResolver,
  bundle as bundleWithRedocly,
  createConfig,
  getLineColLocation,
  Source,
} from '@redocly/openapi-core';
import { parse } from 'yaml';
import { invalidDocument } from '../errors.js';
import { appendPointer, readKeys, readPointer } from '../json/json-pointer.js';
import type { Json, JsonObject } from '../json/types.js';
import type { Problem } from '../types.js';
import type { Sources } from './read-sources.js';
import { isData, resolveTarget } from './source-file.js';

type BundleProblem = Awaited<ReturnType<typeof bundleWithRedocly>>['problems'][number];

/** The order in which the Redocly command line writes the fields at the root; any other field comes after them. */
const rootOrder = [
  ...['openapi', 'info', 'jsonSchemaDialect', 'servers', 'security', 'tags', 'externalDocs', 'webhooks'],
  ...['x-webhooks', 'paths', 'components'],
];

/**
 * Returns the document in one piece, in which every `$ref` is local.
 *
 * @throws {DocumentError} when a `$ref` to another file is left that cannot be brought in
 */
export async function bundleDocument(sources: Sources): Promise<JsonObject> {
  const bundle = inOrder(await runRedocly(sources));
  await resolveExtensions(bundle, sources);
  const problems = findForeignReferences(bundle, sources);
  if (problems.length > 0) throw invalidDocument(problems, sources.files());
  return bundle;
}

async function runRedocly(sources: Sources): Promise<JsonObject> {
  const config = await createConfig({});
  const externalRefResolver = new SourcesResolver(sources);
  const run = await bundleWithRedocly({ ref: sources.entry, config, externalRefResolver }).catch((error: Error) => {
    const message = `The document cannot be bundled: ${error.message.trim().replaceAll('\n', ' ')}.`;
    // The bundler looks names up among the members of every object, and calls what it finds there.
    const isName = error instanceof TypeError;
    const isCircle = /circular/i.test(message);
    const advice = isName ? ' Rename what is named valueOf or hasOwnProperty, if anything is.' : '';
    const hint = isCircle
      ? 'One $ref leads to another, and that one back: write a value in one of the places.'
      : `Compare its structure with OpenAPI 3.1.${advice}`;
    throw invalidDocument([{ ...sources.locate('#'), message, hint }], sources.files());
  });
  const problems = run.problems.filter(({ severity }) => severity === 'error');
  if (problems.length > 0) {
    throw invalidDocument(
      problems.map((problem) => toProblem(problem, sources)),
      sources.files(),
    );
  }
  return run.bundle.parsed as JsonObject;
}

/** Reads the files that were read before, so that all parts see the same text; it never sends a request. */
class SourcesResolver extends BaseResolver {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    super();
    this.#sources = sources;
  }

  override async loadExternalRef(reference: string): Promise<Source> {
    if (/^[a-z][a-z0-9+.-]+:/i.test(reference)) throw new Error(`${reference} leads to another host`);
    return new Source(reference, (await this.#sources.read(reference)).replaceAll('\r\n', '\n'));
  }
}

function toProblem({ message, location: [place] }: BundleProblem, sources: Sources): Problem {
  const words = message.trim().replaceAll('\n', ' ');
  const hint = 'Correct the reference, or write what it names.';
  if (!place) return { ...sources.locate('#'), message: words, hint };
  const { start } = getLineColLocation(place);
  const file = sources.nameOf(place.source.absoluteRef);
  return { file, line: start.line, column: start.col, pointer: place.pointer ?? '#', message: words, hint };
}

function inOrder(bundle: JsonObject): JsonObject {
  const first = rootOrder.filter((key) => Object.hasOwn(bundle, key)).map((key) => [key, bundle[key] as Json]);
  return { ...Object.fromEntries(first), ...bundle };
}

/** A value, and the file that its `$ref`s are meant from. */
interface Placed {
  readonly from: string;
  readonly value: Json;
}

/** How many values may stand in place of the `$ref`s of a field; a few files that refer to each other would fill any memory. */
const maxInlinedValues = 100_000;
/** Of one `$ref` that leads to another. */
const maxHops = 100;

/**
 * Redocly leaves a `$ref` inside an unknown field as it is, or brings in what it names with `$ref`s that are meant from another
 * file. Fields of the root are taken from the document as it was written.
 */
async function resolveExtensions(bundle: JsonObject, sources: Sources): Promise<void> {
  const written = parseValues(await sources.read(sources.entry)) as JsonObject;
  for (const [key, value] of Object.entries(written)) {
    if (key.startsWith('x-') && JSON.stringify(value).includes('"$ref"')) {
      bundle[key] = await inlineReferences({ from: sources.entry, value }, appendPointer('#', key), sources);
    }
  }
}

/** Returns a value with what its `$ref`s name in their places; within it, those to the document itself stay. */
async function inlineReferences(start: Placed, pointer: string, sources: Sources): Promise<Json> {
  let inlined = 0;

  function refuse(message: string, hint: string): never {
    throw invalidDocument([{ ...sources.locate(pointer), message, hint }], sources.files());
  }

  async function follow(from: string, $ref: string, hops = 0): Promise<Placed> {
    if (hops > maxHops) refuse('A $ref in this field leads to itself.', 'Write a value in one of the places.');
    const { path, keys } = resolveTarget(from, $ref);
    const text = await sources.read(path);
    let placed: Placed = { from: path, value: isData(path) ? parseValues(text) : text };
    for (const key of keys) {
      while (hasReference(placed.value) && !Object.hasOwn(placed.value, key)) {
        placed = await follow(placed.from, placed.value.$ref, hops + 1);
      }
      placed = { from: placed.from, value: readKeys(placed.value, [key]) ?? null };
    }
    return placed;
  }

  async function inline({ from, value }: Placed, around: readonly string[]): Promise<Json> {
    if (typeof value !== 'object' || value === null) return value;
    inlined += around.length > 0 ? 1 : 0;
    if (inlined > maxInlinedValues) {
      const message = `The $refs in this field stand for more than ${maxInlinedValues} values.`;
      refuse(message, 'Refer to fewer of them.');
    }
    const isLocal = hasReference(value) && from === sources.entry && value.$ref.startsWith('#');
    if (hasReference(value) && (!isLocal || value === start.value)) {
      const { path, keys } = resolveTarget(from, value.$ref);
      const name = [path, ...keys].join('#');
      if (around.includes(name)) {
        refuse(
          'A $ref in this field leads to what it stands in.',
          'Write a value there; only a schema may contain itself.',
        );
      }
      return inline(await follow(from, value.$ref), [...around, name]);
    }
    const entries: [string, Json][] = [];
    for (const [key, each] of Object.entries(value)) entries.push([key, await inline({ from, value: each }, around)]);
    return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
  }

  return inline(start, []);
}

/** The aliases have been counted before. */
function parseValues(text: string): Json {
  return parse(text, { maxAliasCount: -1 });
}

function hasReference(value: Json): value is JsonObject & { $ref: string } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.$ref === 'string';
}

/** Returns a problem for each `$ref` that is still meant from another file. */
function findForeignReferences(bundle: JsonObject, sources: Sources): Problem[] {
  /** In an extension, one within another file looks like one of the document, where it most likely leads nowhere. */
  function isForeign({ $ref }: { readonly $ref: string }, isInExtension: boolean): boolean {
    return !$ref.startsWith('#') || (isInExtension && readPointer(bundle, $ref) === undefined);
  }

  function find(node: Json, pointer: string, around: ReadonlySet<Json>, isInExtension: boolean): Problem[] {
    if (typeof node !== 'object' || node === null) return [];
    if (around.has(node)) {
      const message = 'A $ref at this place leads to what it stands in.';
      return [{ ...sources.locate(pointer), message, hint: 'Write a value here; only a schema may contain itself.' }];
    }
    if (hasReference(node) && isForeign(node, isInExtension)) {
      const message = `$ref ${node.$ref} cannot be bundled at this place.`;
      return [
        { ...sources.locate(pointer), message, hint: 'Write what it names here, or refer from a standard field.' },
      ];
    }
    const inside = new Set(around).add(node);
    return Object.entries(node).flatMap(([key, value]) =>
      find(value, appendPointer(pointer, key), inside, isInExtension || key.startsWith('x-')),
    );
  }

  return find(bundle, '#', new Set(), false);
}
