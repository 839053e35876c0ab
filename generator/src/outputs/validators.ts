import { validator } from '@exodus/schemasafe';
import { GenerateError } from '../errors.js';
import { header } from '../header.js';
import { toLiteral, toPropertyKey } from '../identifier.js';
import { maxBytesFormat, type PreparedSchema, prepareSchema } from '../prepare-schema.js';
import type { Sources } from '../read-sources.js';
import { isObject } from '../references.js';
import type { Json, OutputFile, Problem, ResolvedBody, ResolvedDocument, ResolvedOperation } from '../types.js';

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
  if (document.operations.some(({ body }) => body === null)) helpers.push('validateNoBody');
  const content = [
    '// @ts-nocheck The functions below are written by a compiler, which has its own checks.',
    helpers.length > 0 ? `import { ${helpers.sort().join(', ')} } from '../../internal/create-validator.js';` : '',
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
  if (body === null) return `${declaration} validateNoBody;\n`;
  const prepared = prepareSchema(bundle, body.schema);
  try {
    const code = compile(prepared);
    const tables = literal(prepared.tables);
    return `${declaration} /* @__PURE__ */ createValidator(/* @__PURE__ */ ${code}, ${tables}, ${body.required});\n`;
  } catch (error) {
    problems.push(compilerProblem(body, prepared, error as Error, sources));
    return '';
  }
}

function compile({ schema }: PreparedSchema): string {
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

function compilerProblem(body: ResolvedBody, { origins }: PreparedSchema, error: Error, sources: Sources): Problem {
  const [, words = error.message, location = '#'] = /^(.*) at (#\S*)$/s.exec(error.message) ?? [];
  const [, definition = '', rest = ''] = /^#\/\$defs\/([^/]+)(.*)$/.exec(location) ?? [];
  const origin = origins.get(definition);
  const position = sources.locate(origin === undefined ? `${body.pointer}${location.slice(1)}` : `${origin}${rest}`);
  const hint = words.includes('nullable')
    ? "OpenAPI 3.1 writes type: [string, 'null'] instead."
    : 'Use keywords of JSON Schema 2020-12 that fit the type of this schema.';
  return { ...position, message: `No validator can be made of this schema: ${words}.`, hint };
}

function literal(value: object): string {
  const entries = Object.entries(value).map(([key, item]) => {
    return `${toPropertyKey(key)}: ${typeof item === 'object' ? literal(item) : toLiteral(item)}`;
  });
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
