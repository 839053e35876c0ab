import type { Validator } from '@nexconn-kit/contract';
import { createValidator, type Sentences, sentences } from '@nexconn-kit/contract/validator';
import { invalidDocument } from '../errors.js';
import type { JsonObject, Schema } from '../json/types.js';
import type { ResolvedDocument, ResolvedOperation } from '../model/types.js';
import type { Sources } from '../read/read-sources.js';
import type { Problem } from '../types.js';
import { type CompiledModule, type Compiler, createCompiler, type SchemaProblem } from './create-compiler.js';
import { findBadPatterns, prepareSchemas } from './prepare-schema.js';
import { withoutReadOnly } from './without-read-only.js';

/** What of an operation is validated. */
export type ValidatedPart = 'request' | 'result';

/** The validators of one part of every operation that has it. */
export interface CompiledValidators {
  /** By operationId. */
  readonly validators: ReadonlyMap<string, Validator>;
  /** The sentences of the rules that the schemas have. */
  readonly sentences: Sentences;
  /** Returns the checks as JavaScript, the function of each operation by its operationId. */
  readonly toModule: () => CompiledModule;
}

/**
 * Returns the validators of every request body, or of every result: the latter as open as those who write clients should
 * be, to fields that the document does not know.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, where a schema is none of JSON Schema 2020-12
 */
export function compileValidators(
  { bundle, operations }: ResolvedDocument,
  part: ValidatedPart,
  sources: Sources,
): CompiledValidators {
  const isRequest = part === 'request';
  const prepared = prepareSchemas(isRequest ? withoutReadOnly(bundle, bundle) : bundle, isRequest ? 'exact' : 'open');
  const names = new Map<string, string>();
  const required = new Map<string, boolean>();
  for (const operation of operations) {
    const found = partOf(operation, part);
    if (found === null) continue;
    names.set(
      operation.operationId,
      prepared.add(isRequest ? withoutReadOnly(found.schema, bundle) : found.schema, found.pointer),
    );
    required.set(operation.operationId, found.required);
  }
  const compiler = createCompiler(prepared.schemas);
  const problems = [...prepared.schemas].flatMap(([name, schema]) => {
    const bad = [...findBadPatterns(schema, ''), ...compiler.problemsOf(name)];
    const origin = prepared.origins.get(name);
    return (bad.length > 0 ? bad : problemsOfCode(name, compiler)).map(({ pointer, message }): Problem => {
      const hint = 'Use the keywords of JSON Schema 2020-12 as it describes them.';
      return {
        ...sources.locate(`${origin}${pointer}`),
        message: `No validator can be made of this: ${message}.`,
        hint,
      };
    });
  });
  if (problems.length > 0) throw invalidDocument(problems, sources.files());
  const usedSentences = sentencesOf([...prepared.schemas.values()]);
  const validators = [...names].map(([operationId, name]) => {
    return [
      operationId,
      createValidator(compiler.checkOf(name), required.get(operationId) ?? true, usedSentences),
    ] as const;
  });
  return {
    validators: new Map(validators),
    sentences: usedSentences,
    toModule() {
      const { code, functions } = compiler.toModule([...new Set(names.values())]);
      return { code, functions: new Map([...names].map(([id, name]) => [id, functions.get(name) ?? ''])) };
    },
  };
}

function partOf(
  { body, result, resultPointer }: ResolvedOperation,
  part: ValidatedPart,
): { schema: Schema; pointer: string; required: boolean } | null {
  if (part === 'request') return body;
  return result === null ? null : { schema: result, pointer: resultPointer, required: true };
}

function problemsOfCode(name: string, compiler: Compiler): SchemaProblem[] {
  try {
    compiler.checkOf(name);
    return [];
  } catch (error) {
    return [{ pointer: '', message: (error as Error).message }];
  }
}

function sentencesOf(schemas: readonly JsonObject[]): Sentences {
  const text = JSON.stringify(schemas);
  return Object.fromEntries(Object.entries(sentences).filter(([keyword]) => text.includes(`"${keyword}":`)));
}
