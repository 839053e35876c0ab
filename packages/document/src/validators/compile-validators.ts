import type { Validator } from '@nexconn-kit/contract';
import * as helpers from '@nexconn-kit/contract/validator';
import { invalidDocument } from '../errors.js';
import type { Schema } from '../json/types.js';
import { isWholeQuery, type ResolvedDocument, type ResolvedOperation, type ResolvedParameter } from '../model/types.js';
import type { Sources } from '../read/read-sources.js';
import type { Problem } from '../types.js';
import { createCheckWriter, type FinishedChecks } from './checks/write-check.js';

/** What of an operation is validated; `query` is one that is described as a whole. */
export type ValidatedPart = 'parameters' | 'query' | 'request' | 'result';

/** The checks of the request bodies or results of a document, as code. */
export interface CompiledChecks {
  /** The name of the function that checks an operation's part, by the operationId; none where it has no such part. */
  readonly functions: Readonly<Record<ValidatedPart, ReadonlyMap<string, string>>>;
  /** The sentences of the rules that the schemas have. */
  readonly sentences: helpers.Sentences;
  /** Returns the code as TypeScript that exports the functions, with the names of what it needs of `contract/validator`. */
  readonly toTypeScript: () => { readonly code: string; readonly helpers: readonly string[] };
  /** Returns the code as JavaScript that exports nothing. */
  readonly toJavaScript: () => string;
}

const hint = 'Use the keywords of JSON Schema 2020-12 as it describes them.';

/** The checks of a document before they are code. */
export interface AddedChecks {
  /** Returns what is wrong with the schemas of an operation: with none of these there is code. */
  readonly problemsOf: (operation: ResolvedOperation) => readonly Problem[];
  /** Returns the checks of some operations, and nothing that only others need. */
  readonly finish: (operations: readonly ResolvedOperation[]) => CompiledChecks;
}

/**
 * Compiles the schemas of every request body, or of every result too: those as open as those who write clients should be, to
 * fields that the document does not know. A schema is one function, whoever refers to it.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, where a schema is none of JSON Schema 2020-12
 */
export function compileChecks(
  document: Pick<ResolvedDocument, 'bundle' | 'operations'>,
  parts: readonly ValidatedPart[],
  sources: Pick<Sources, 'locate' | 'files'>,
): CompiledChecks {
  const { problemsOf, finish } = addChecks(document, parts, sources);
  const problems = document.operations.flatMap(problemsOf);
  // One schema is of many operations.
  const told = new Map(problems.map((problem) => [`${problem.file} ${problem.pointer} ${problem.message}`, problem]));
  if (told.size > 0) throw invalidDocument([...told.values()], sources.files());
  return finish(document.operations);
}

/** Adds the schemas of every operation to a writer of checks. */
export function addChecks(
  { bundle, operations }: Pick<ResolvedDocument, 'bundle' | 'operations'>,
  parts: readonly ValidatedPart[],
  sources: Pick<Sources, 'locate'>,
): AddedChecks {
  const writer = createCheckWriter(bundle);
  const added = mapParts(
    (part) => new Map(parts.includes(part) ? operations.flatMap((operation) => add(operation, part)) : []),
  );

  function add(operation: ResolvedOperation, part: ValidatedPart): [id: string, name: string][] {
    const found = partOf(operation, part);
    if (found === null) return [];
    const name = writer.add(found.schema, found.pointer, part === 'result' ? part : 'request');
    return [[operation.operationId, name]];
  }

  return {
    problemsOf({ operationId }) {
      const found = parts.flatMap((part) => writer.problemsOf(added[part].get(operationId) ?? ''));
      return found.map(({ pointer, message }) => {
        return { ...sources.locate(pointer), message: `No validator can be made of this: ${message}.`, hint };
      });
    },
    finish(some) {
      const ids = new Set(some.map(idOf));
      const kept = mapParts((part) => new Map([...added[part]].filter(([id]) => ids.has(id))));
      return toCompiled(writer.finish(allParts.flatMap((part) => [...kept[part].values()])), kept);
    },
  };
}

/** In the order in which they are written. */
const allParts: readonly ValidatedPart[] = ['parameters', 'query', 'request', 'result'];

function mapParts<T>(make: (part: ValidatedPart) => T): Record<ValidatedPart, T> {
  return Object.fromEntries(allParts.map((part) => [part, make(part)])) as Record<ValidatedPart, T>;
}

function toCompiled(
  { nameOf, code, keywords }: FinishedChecks,
  added: Readonly<Record<ValidatedPart, ReadonlyMap<string, string>>>,
): CompiledChecks {
  return {
    functions: mapParts((part) => new Map([...added[part]].map(([id, name]) => [id, nameOf(name)]))),
    sentences: Object.fromEntries(Object.entries(helpers.sentences).filter(([keyword]) => keywords.has(keyword))),
    toTypeScript() {
      const text = code('typescript');
      return { code: text, helpers: namesIn(text, [...Object.keys(helpers), 'type Alternatives', 'type Report']) };
    },
    toJavaScript: () => code('javascript'),
  };
}

function namesIn(code: string, names: readonly string[]): string[] {
  const words = new Set(code.replaceAll(/'(?:[^'\\]|\\.)*'/g, '').match(/(?<!\.)\b\w+\b/g));
  return names.filter((name) => words.has(name.replace('type ', ''))).sort();
}

/** How messages name the whole of what is checked. */
const wholes: Readonly<Record<ValidatedPart, string>> = {
  parameters: 'The request',
  query: 'The query',
  request: 'The body',
  result: 'The result',
};

/** Returns the validators of some parts of every operation, by operationId. @throws {DocumentError} as `compileChecks` */
export function compileParts(
  document: Pick<ResolvedDocument, 'bundle' | 'operations'>,
  parts: readonly ValidatedPart[],
  sources: Pick<Sources, 'locate' | 'files'>,
): Readonly<Record<ValidatedPart, ReadonlyMap<string, Validator>>> {
  return toValidators(compileChecks(document, parts, sources), document.operations);
}

/** Returns the validators of checks that were compiled for these operations, by operationId. */
export function toValidators(
  compiled: CompiledChecks,
  operations: readonly ResolvedOperation[],
): Readonly<Record<ValidatedPart, ReadonlyMap<string, Validator>>> {
  const names = allParts.flatMap((part) => [...compiled.functions[part]].map(([id, name]) => ({ part, id, name })));
  const code = `${compiled.toJavaScript()}\nreturn [${names.map(({ name }) => name).join(', ')}];`;
  const checks = new Function(...Object.keys(helpers), code)(...Object.values(helpers)) as helpers.Check[];
  const optional = {
    request: new Set(operations.filter(({ body }) => body?.required === false).map(idOf)),
    query: new Set(operations.filter(({ parameters }) => !parameters.find(isWholeQuery)?.required).map(idOf)),
  };
  const validators = mapParts(() => new Map<string, Validator>());
  for (const [index, { part, id }] of names.entries()) {
    const isRequired = (part !== 'request' && part !== 'query') || !optional[part].has(id);
    const check = checks[index] ?? helpers.passes;
    validators[part].set(id, helpers.createValidator(check, isRequired, compiled.sentences, wholes[part]));
  }
  return validators;
}

function idOf({ operationId }: ResolvedOperation): string {
  return operationId;
}

/** Whether an operation has a part that is validated. */
export function isValidated(operation: ResolvedOperation, part: ValidatedPart): boolean {
  return partOf(operation, part) !== null;
}

function partOf(
  { parameters, pointer, body, item, result, resultPointer }: ResolvedOperation,
  part: ValidatedPart,
): { readonly schema: Schema; readonly pointer: string } | null {
  if (part === 'parameters') return parametersOf(parameters, pointer);
  if (part === 'query') return parameters.find(isWholeQuery) ?? null;
  if (part === 'request') return body;
  // A stream is the list of its items.
  const schema = result ?? (item === null ? null : { type: 'array', items: item });
  return schema === null ? null : { schema, pointer: resultPointer };
}

/** Returns the schema of all parameters as one flat object, but for the request ID, which each client makes itself. */
function parametersOf(
  parameters: readonly ResolvedParameter[],
  pointer: string,
): { readonly schema: Schema; readonly pointer: string } | null {
  const checked = parameters.filter(({ name }) => name.toLowerCase() !== 'x-request-id');
  if (checked.length === 0) return null;
  const properties = Object.fromEntries(checked.map(({ field, schema }) => [field, schema]));
  const required = checked.filter(({ required }) => required).map(({ field }) => field);
  return { schema: { type: 'object', properties, required } as Schema, pointer: `${pointer}/parameters` };
}
