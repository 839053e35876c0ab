import {
  BaseResolver,
  bundle as bundleWithRedocly,
  createConfig,
  getLineColLocation,
  Source,
} from '@redocly/openapi-core';
import { parse } from 'yaml';
import { invalidDocument } from '../errors.js';
import { appendPointer, readKeys } from '../json/json-pointer.js';
import type { Json, JsonObject } from '../json/types.js';
import type { Problem } from '../types.js';
import type { Sources } from './read-sources.js';
import { resolveTarget } from './source-file.js';

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
  const problems = findForeignReferences(bundle, '#', sources);
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
    const advice = isName ? ' Rename what is named valueOf or hasOwnProperty, if anything is.' : '';
    const hint = `Compare its structure with OpenAPI 3.1.${advice}`;
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

/** Redocly leaves a `$ref` inside an unknown field as it is. For fields of the root the file that they stand in is still known. */
async function resolveExtensions(bundle: JsonObject, sources: Sources): Promise<void> {
  for (const [key, value] of Object.entries(bundle)) {
    if (key.startsWith('x-')) bundle[key] = await inline(value, sources.entry, sources);
  }
}

async function inline(node: Json, from: string, sources: Sources): Promise<Json> {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return Promise.all(node.map((item) => inline(item, from, sources)));
  const { $ref } = node;
  if (typeof $ref === 'string' && !$ref.startsWith('#')) {
    const { path, keys } = resolveTarget(from, $ref);
    const content = parse(await sources.read(path)) as Json;
    return inline(readKeys(content, keys) ?? null, path, sources);
  }
  const entries = Object.entries(node).map(async ([key, value]) => [key, await inline(value, from, sources)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function findForeignReferences(
  node: Json,
  pointer: string,
  sources: Sources,
  around: ReadonlySet<Json> = new Set(),
): Problem[] {
  if (typeof node !== 'object' || node === null) return [];
  if (around.has(node)) {
    const message = 'A $ref at this place leads to what it stands in.';
    return [{ ...sources.locate(pointer), message, hint: 'Write a value here; only a schema may contain itself.' }];
  }
  if (!Array.isArray(node) && typeof node.$ref === 'string' && !node.$ref.startsWith('#')) {
    const message = `$ref ${node.$ref} cannot be bundled at this place.`;
    return [{ ...sources.locate(pointer), message, hint: 'Write what it names here, or refer from a standard field.' }];
  }
  return Object.entries(node).flatMap(([key, value]) =>
    findForeignReferences(value, appendPointer(pointer, key), sources, new Set(around).add(node)),
  );
}
