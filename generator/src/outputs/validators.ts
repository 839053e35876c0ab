import { validator } from '@exodus/schemasafe';
import { GenerateError } from '../errors.js';
import { header } from '../header.js';
import { toLiteral, toPropertyKey } from '../identifier.js';
import { maxBytesFormat, type PreparedSchema, prepareSchema } from '../prepare-schema.js';
import type { Sources } from '../read-sources.js';
import { asObject, isObject } from '../references.js';
import type {
  Json,
  JsonObject,
  OutputFile,
  Problem,
  ResolvedBody,
  ResolvedDocument,
  ResolvedOperation,
} from '../types.js';

/**
 * `validators.gen.ts`: one function for each operation, compiled ahead of time: no eval, no imports but our own.
 *
 * @throws {GENERATE_FAILED} when a schema uses what the compiler does not understand.
 */
export function validatorsOutput(document: ResolvedDocument, sources: Sources): OutputFile[] {
  const problems: Problem[] = [];
  const sections = document.operations.map((operation) => validatorOf(document, operation, sources, problems));
  if (problems.length > 0) throw new GenerateError(problems);
  const entries = document.operations.map(
    ({ operationId, typeName }) => `  ${toPropertyKey(operationId)}: validate${typeName}Request,\n`,
  );
  const helpers = ['byteLength', 'createValidator'].filter((name) => sections.some((text) => text.includes(name)));
  const content = [
    '// @ts-nocheck The functions below are written by a compiler, which has its own checks.',
    helpers.length > 0 ? `import { ${helpers.join(', ')} } from '../../internal/create-validator.js';` : '',
    "import type { Validator } from '../../types.js';",
    "import type { OperationId } from './operations.gen.js';\n",
    ...sections,
    `/** The validator of each operation's body, by its operationId. */\nexport const requestValidators: Readonly<Record<OperationId, Validator>> = {\n${entries.join('')}};\n`,
  ];
  const path = `packages/contract/src/generated/${document.name}/validators.gen.ts`;
  return [{ path, content: `${header(document.source)}${content.filter((part) => part !== '').join('\n')}` }];
}

function validatorOf(
  { bundle }: ResolvedDocument,
  { operationId, typeName, body }: ResolvedOperation,
  sources: Sources,
  problems: Problem[],
): string {
  const comment = `/** Validates the body of \`${operationId}\`; an empty list means that it is valid. */`;
  const declaration = `${comment}\nexport const validate${typeName}Request: Validator =`;
  if (body === null) return `${declaration} () => [];\n`;
  const prepared = prepareSchema(bundle, body.schema);
  try {
    const code = compile(prepared.schema);
    const tables = literal(prepared.tables);
    return `${declaration} /* @__PURE__ */ createValidator(/* @__PURE__ */ ${code}, ${tables}, ${body.required});\n`;
  } catch (error) {
    problems.push(compilerProblem(body, prepared, error as Error, sources));
    return '';
  }
}

function compile(schema: JsonObject): string {
  const check = validator(schema as Parameters<typeof validator>[0], {
    mode: 'spec',
    includeErrors: true,
    allErrors: true,
    isJSON: true,
    formatAssertion: true,
    // Unknown keywords are an error: a rule that is not understood must not pass silently.
    allowUnusedKeywords: false,
    formats: Object.fromEntries(maxBytesLimits(schema).map((limit) => [maxBytesFormat(limit), maxBytesCheck(limit)])),
  });
  const { toModule } = check as unknown as { toModule(options: { semi: boolean }): string };
  return toModule({ semi: false }).replace("'use strict'\n", '');
}

function maxBytesLimits(node: Json): number[] {
  if (typeof node !== 'object' || node === null) return [];
  const format = isObject(node) && typeof node.format === 'string' ? /^max-bytes-(\d+)$/.exec(node.format) : null;
  const own = format ? [Number(format[1])] : [];
  return [...new Set([...own, ...Object.values(node).flatMap(maxBytesLimits)])];
}

/** The compiler writes a function into its module as this symbol says; `byteLength` is imported there. */
function maxBytesCheck(limit: number): (text: string) => boolean {
  const check = (text: string): boolean => Buffer.byteLength(text) <= limit;
  return Object.assign(check, { [Symbol.for('toJayString')]: `(text) => byteLength(text) <= ${limit}` });
}

function compilerProblem(body: ResolvedBody, prepared: PreparedSchema, error: Error, sources: Sources): Problem {
  const { message, origin } = findCulprit(prepared) ?? { message: error.message, origin: null };
  const [, words = message, location = '#'] = /^(.*) at (#\S*)$/s.exec(message) ?? [];
  const position = sources.locate(`${origin ?? body.pointer}${location.slice(1)}`);
  const hint = 'Use keywords of JSON Schema 2020-12 that fit the type of this schema.';
  return { ...position, message: `No validator can be made of this schema: ${words}.`, hint };
}

/** The compiler does not say behind which `$ref` it failed: each schema is tried alone, with its own left open. */
function findCulprit({ schema, origins }: PreparedSchema): { message: string; origin: string | null } | null {
  const { $defs, ...root } = schema;
  for (const [name, definition] of [['', root] as const, ...Object.entries(asObject($defs))]) {
    try {
      compile({ ...prune(definition as JsonObject), $schema: schema.$schema as string });
    } catch (error) {
      return { message: (error as Error).message, origin: origins.get(name) ?? null };
    }
  }
  return null;
}

function prune(node: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === '$ref' ? undefined : value)));
}

function literal(value: object): string {
  const entries = Object.entries(value).map(([key, item]) => {
    return `${toPropertyKey(key)}: ${typeof item === 'object' ? literal(item) : toLiteral(item)}`;
  });
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
