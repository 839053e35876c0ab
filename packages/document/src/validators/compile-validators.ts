import type { Validator } from '@nexconn-kit/contract';
import * as helpers from '@nexconn-kit/contract/validator';
import { invalidDocument } from '../errors.js';
import type { Schema } from '../json/types.js';
import { isWholeQuery, type ResolvedDocument, type ResolvedOperation, type ResolvedParameter } from '../model/types.js';
import type { Sources } from '../read/read-sources.js';
import { createCheckWriter } from './checks/write-check.js';

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

/**
 * Compiles the schemas of every request body, or of every result too: those as open as those who write clients should be, to
 * fields that the document does not know. A schema is one function, whoever refers to it.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, where a schema is none of JSON Schema 2020-12
 */
export function compileChecks(
  { bundle, operations }: Pick<ResolvedDocument, 'bundle' | 'operations'>,
  parts: readonly ValidatedPart[],
  sources: Pick<Sources, 'locate' | 'files'>,
): CompiledChecks {
  const writer = createCheckWriter(bundle);
  const functions = {
    parameters: new Map<string, string>(),
    query: new Map<string, string>(),
    request: new Map<string, string>(),
    result: new Map<string, string>(),
  };
  for (const part of parts) {
    for (const operation of operations) {
      const found = partOf(operation, part);
      if (found === null) continue;
      functions[part].set(
        operation.operationId,
        writer.add(found.schema, found.pointer, part === 'result' ? part : 'request'),
      );
    }
  }
  const problems = writer.problems.map(({ pointer, message }) => {
    return { ...sources.locate(pointer), message: `No validator can be made of this: ${message}.`, hint };
  });
  if (problems.length > 0) throw invalidDocument(problems, sources.files());
  const { nameOf, code } = writer.finish();
  for (const names of Object.values(functions)) for (const [id, name] of names) names.set(id, nameOf(name));
  return {
    functions,
    sentences: Object.fromEntries(
      Object.entries(helpers.sentences).filter(([keyword]) => writer.keywords.has(keyword)),
    ),
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
  const parts: readonly ValidatedPart[] = ['parameters', 'query', 'request', 'result'];
  const names = parts.flatMap((part) => [...compiled.functions[part]].map(([id, name]) => ({ part, id, name })));
  const code = `${compiled.toJavaScript()}\nreturn [${names.map(({ name }) => name).join(', ')}];`;
  const checks = new Function(...Object.keys(helpers), code)(...Object.values(helpers)) as helpers.Check[];
  const optional = {
    request: new Set(operations.filter(({ body }) => body?.required === false).map(idOf)),
    query: new Set(operations.filter(({ parameters }) => !parameters.find(isWholeQuery)?.required).map(idOf)),
  };
  const validators = { parameters: new Map(), query: new Map(), request: new Map(), result: new Map() };
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
