import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';
import { header } from '../typescript/header.js';
import { toLiteral, toPropertyKey } from '../typescript/literal.js';
import { isRequestId } from './operations.js';

/** `standard-schemas.gen.ts`: the validator of each body and result that there is, as a Standard Schema with its type. */
export function standardSchemasOutput({ home, source, operations, isOwnServer }: ResolvedDocument): OutputFile[] {
  const bodies = operations.filter(({ body }) => body !== null);
  const results = isOwnServer ? [] : operations.filter(({ result }) => result !== null);
  const sections = [
    ...bodies.map((operation) => schemaOf(operation, 'Request', bodyType(operation))),
    mapOf('requestSchemas', 'body', bodies, 'Request'),
    ...results.map((operation) => schemaOf(operation, 'Result', `${operation.typeName}Result`)),
    isOwnServer ? '' : mapOf('resultSchemas', 'result', results, 'Result'),
  ].filter((section) => section !== '');
  const text = sections.join('\n');
  const words = new Set(text.match(/[\w$]+/g));
  const imports = [
    importOf(words, ['createStandardSchema', 'type StandardSchema'], home.validator),
    importOf(words, namesOf(bodies, 'Request').concat(namesOf(results, 'Result')), './operations.gen.js', 'type '),
    importOf(words, namesOf(results, 'Result', 'validate'), './result-validators.gen.js'),
    importOf(words, ['operations'], './types.gen.js', 'type '),
    importOf(words, namesOf(bodies, 'Request', 'validate'), './validators.gen.js'),
  ].filter((line) => line !== '');
  const content = [...imports, ...(imports.length > 0 ? [''] : []), text].join('\n');
  return [{ path: `${home.folder}/standard-schemas.gen.ts`, content: `${header({ source, home })}${content}` }];
}

function namesOf(operations: readonly ResolvedOperation[], suffix: string, prefix = ''): string[] {
  return operations.map(({ typeName }) => `${prefix}${typeName}${suffix}`);
}

function importOf(words: ReadonlySet<string>, names: readonly string[], from: string, kind = ''): string {
  const used = names.filter((name) => words.has(name.replace('type ', '')));
  return used.length === 0 ? '' : `import ${kind}{ ${used.join(', ')} } from '${from}';`;
}

/** The type of the body alone: a request is one flat object, with the parameters of the path in it. */
function bodyType({ operationId, typeName, parameters, body }: ResolvedOperation): string {
  const hasParameters =
    body?.field !== undefined || parameters.some((parameter) => parameter.required || !isRequestId(parameter));
  const content = `operations[${toLiteral(operationId)}]['requestBody']`;
  const type = hasParameters
    ? `NonNullable<${content}>['content'][${toLiteral(body?.contentType ?? '')}]`
    : `${typeName}Request`;
  return body?.required ? type : `${type} | undefined`;
}

function schemaOf({ operationId, typeName }: ResolvedOperation, suffix: 'Request' | 'Result', type: string): string {
  const whole = suffix === 'Request' ? 'body' : 'result';
  return `/** The ${whole} of \`${operationId}\`. */\nexport const ${nameOf(typeName, suffix)}: StandardSchema<${type}> = /* @__PURE__ */ createStandardSchema(validate${typeName}${suffix});\n`;
}

function mapOf(name: string, whole: string, operations: readonly ResolvedOperation[], suffix: string): string {
  const entries = operations.map(({ operationId, typeName }) =>
    [toPropertyKey(operationId), nameOf(typeName, suffix)].join(': '),
  );
  const types = entries.map((entry) => `  readonly ${entry.replace(': ', ': typeof ')};\n`).join('');
  const values = entries.map((entry) => `  ${entry},\n`).join('');
  return `/** The ${whole} of each operation that has one, by its operationId. */\nexport const ${name}: {\n${types}} = {\n${values}};\n`;
}

function nameOf(typeName: string, suffix: string): string {
  return `${typeName.charAt(0).toLowerCase()}${typeName.slice(1)}${suffix}Schema`;
}
