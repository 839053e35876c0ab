import { type LimitTables, type Sentences, sentences } from '@nexconn-kit/contract/validator';
import { invalidDocument } from '../errors.js';
import { asObject } from '../json/references.js';
import type { JsonObject } from '../json/types.js';
import type { ResolvedBody, ResolvedDocument } from '../model/types.js';
import type { Sources } from '../read/read-sources.js';
import type { Problem } from '../types.js';
import { type CompiledCheck, compileSchema } from './compile-schema.js';
import { type PreparedSchema, prepareSchema } from './prepare-schema.js';

/** What a validator of a body is made of. */
export interface CompiledBody {
  readonly check: CompiledCheck;
  readonly tables: LimitTables;
  readonly required: boolean;
  /** The sentences of the rules that the schema has. */
  readonly sentences: Sentences;
}

/**
 * Returns the compiled body of every operation that has one, by operationId.
 *
 * @throws {DocumentError} when a schema uses what the compiler does not understand
 */
export function compileBodies({ bundle, operations }: ResolvedDocument, sources: Sources): Map<string, CompiledBody> {
  const problems: Problem[] = [];
  const bodies = new Map<string, CompiledBody>();
  for (const { operationId, body } of operations) {
    if (body === null) continue;
    const prepared = prepareSchema(bundle, body.schema);
    const { schema, tables } = prepared;
    const { required } = body;
    try {
      bodies.set(operationId, { check: compileSchema(schema), tables, required, sentences: sentencesOf(schema) });
    } catch (error) {
      problems.push(compilerProblem(body, prepared, error as Error, sources));
    }
  }
  if (problems.length > 0) throw invalidDocument(problems, sources.files());
  return bodies;
}

function sentencesOf(schema: JsonObject): Sentences {
  const text = JSON.stringify(schema).replaceAll('"format":"max-bytes-', '"x-max-bytes":"');
  return Object.fromEntries(Object.entries(sentences).filter(([keyword]) => text.includes(`"${keyword}":`)));
}

function compilerProblem(body: ResolvedBody, prepared: PreparedSchema, error: Error, sources: Sources): Problem {
  const { message, origin } = findCulprit(prepared) ?? { message: error.message, origin: null };
  const [, words = message, location = '#'] = /^(.*) at (#\S*)$/s.exec(message) ?? [];
  const position = sources.locate(`${origin ?? body.pointer}${location.slice(1)}`);
  const hint = 'Use keywords of JSON Schema 2020-12 that fit the type of this schema.';
  return { ...position, message: `No validator can be made of this schema: ${words}.`, hint };
}

/** The compiler does not say behind which `$ref` it failed, so each schema is compiled alone, without its `$ref`s. */
function findCulprit({ schema, origins }: PreparedSchema): { message: string; origin: string | null } | null {
  const { $defs, ...root } = schema;
  for (const [name, definition] of [['', root] as const, ...Object.entries(asObject($defs))]) {
    try {
      compileSchema({ ...prune(definition as JsonObject), $schema: schema.$schema as string });
    } catch (error) {
      return { message: (error as Error).message, origin: origins.get(name) ?? null };
    }
  }
  return null;
}

function prune(node: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === '$ref' ? undefined : value)));
}
