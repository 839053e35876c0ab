import { isValidated } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';
import { header } from '../typescript/header.js';
import { imports } from '../typescript/imports.js';
import { pureConstant, toLiteral, toPropertyKey } from '../typescript/literal.js';
import { isRequestId } from './operations.js';

/** How a schema's type is told: by the operation's ID, as that of its result, its flat request or its body alone, or in full. */
type Kind = 'ResultSchema' | 'RequestSchema' | 'BodySchema' | 'StandardSchema';

/** A schema and what it is of. */
interface SchemaRow {
  readonly operation: ResolvedOperation;
  readonly suffix: 'Request' | 'Result';
  readonly kind: Kind;
  readonly type: string;
}

/** `standard-schemas.gen.ts`: the validator of each body and result that there is, as a Standard Schema with its type. */
export function standardSchemasOutput({ home, source, operations, isOwnServer }: ResolvedDocument): OutputFile[] {
  const bodies = operations.filter(({ body }) => body !== null).map(bodyRow);
  const results = isOwnServer ? [] : operations.filter((operation) => isValidated(operation, 'result')).map(resultRow);
  const rows = [...bodies, ...results];
  const aliases = Object.entries(aliasesOf).flatMap(([name, alias]) => {
    return rows.some(({ type }) => type.startsWith(`${name}<`)) ? [alias] : [];
  });
  const text = [
    ...aliases,
    ...(bodies.length > 0 ? [bodies.map(schemaOf).join('')] : []),
    mapOf('requestSchemas', 'body', bodies, operations),
    ...(results.length > 0 ? [results.map(schemaOf).join('')] : []),
    ...(isOwnServer ? [] : [mapOf('resultSchemas', 'result', results, operations)]),
  ].join('\n');
  const head = [
    rows.length > 0 ? imports(['createStandardSchema', 'type StandardSchema'], home.validator) : '',
    text.includes('types.') ? "import type * as types from './operations.gen.js';\n" : '',
    results.length > 0 ? "import * as results from './result-validators.gen.js';\n" : '',
    text.includes('operations[') ? imports(['type operations'], './types.gen.js') : '',
    bodies.length > 0 ? "import * as requests from './validators.gen.js';\n" : '',
    rows.length > 0 ? '\n' : '',
  ];
  const content = `${header({ source, home })}${head.join('')}${text}`;
  return [{ path: `${home.folder}/standard-schemas.gen.ts`, content }];
}

/** The types that stand for a schema by the ID of its operation. */
const aliasesOf = {
  RequestSchema: `/** The schema of a request that is a body and nothing else. */
export type RequestSchema<Id extends types.OperationId> = StandardSchema<types.OperationRequests[Id]>;
`,
  BodySchema: `/** The schema of the body of a request that has parameters too, as it is sent as this media type. */
export type BodySchema<Id extends types.OperationId, MediaType extends string = 'application/json'> = StandardSchema<
  | (NonNullable<operations[Id]['requestBody']> extends { content: { [Type in MediaType]: infer Body } } ? Body : never)
  | (operations[Id] extends { requestBody: object } ? never : undefined)
>;
`,
  ResultSchema: `/** The schema of a result. */
export type ResultSchema<Id extends types.OperationId> = StandardSchema<types.OperationResults[Id]>;
`,
};

function resultRow(operation: ResolvedOperation): SchemaRow {
  const kind = 'ResultSchema';
  return { operation, suffix: 'Result', kind, type: `${kind}<${toLiteral(operation.operationId)}>` };
}

/** The type of the body alone: a request is one flat object, with the parameters of the path in it. */
function bodyRow(operation: ResolvedOperation): SchemaRow {
  const { operationId, typeName, parameters, body } = operation;
  const row = { operation, suffix: 'Request' } as const;
  const id = toLiteral(operationId);
  const isBodyOnly =
    body?.field === undefined && !parameters.some((parameter) => parameter.required || !isRequestId(parameter));
  if (isBodyOnly) {
    return body?.required
      ? { ...row, kind: 'RequestSchema', type: `RequestSchema<${id}>` }
      : { ...row, kind: 'StandardSchema', type: `StandardSchema<types.${typeName}Request | undefined>` };
  }
  const mediaType = body?.contentType ?? '';
  return mediaType === 'application/json'
    ? { ...row, kind: 'BodySchema', type: `BodySchema<${id}>` }
    : { ...row, kind: 'StandardSchema', type: `BodySchema<${id}, ${toLiteral(mediaType)}>` };
}

function schemaOf({ operation: { typeName }, suffix, type }: SchemaRow): string {
  const validator = `${suffix === 'Request' ? 'requests' : 'results'}.validate${typeName}${suffix}`;
  return pureConstant(nameOf(typeName, suffix), type, 'createStandardSchema', [validator]);
}

function mapOf(
  name: string,
  whole: string,
  rows: readonly SchemaRow[],
  operations: readonly ResolvedOperation[],
): string {
  const kinds = [...new Set(rows.map(({ kind }) => kind))].filter((kind) => kind !== 'StandardSchema');
  const types = kinds.map((kind) => {
    const ids = idsOf(new Set(rows.filter((row) => row.kind === kind).map(({ operation }) => operation)), operations);
    return `{ readonly [Id in ${ids}]: ${kind}<Id> }`;
  });
  const others = rows.filter(({ kind }) => kind === 'StandardSchema');
  if (others.length > 0) types.push(`{\n${others.map(memberOf).join('')}}`);
  const values = rows.map(({ operation: { operationId, typeName }, suffix }) => {
    return `  ${toPropertyKey(operationId)}: ${nameOf(typeName, suffix)},\n`;
  });
  const comment = `/** The ${whole} of each operation that has one, by its operationId, as a Standard Schema. */`;
  const start = `${comment}\nexport const ${name}: ${types.join(' & ') || 'Record<never, never>'} = {`;
  return `${start}${values.length === 0 ? '' : '\n'}${values.join('')}};\n`;
}

function memberOf({ operation: { operationId, typeName }, suffix }: SchemaRow): string {
  return `  readonly ${toPropertyKey(operationId)}: typeof ${nameOf(typeName, suffix)};\n`;
}

/** Returns the union of the IDs of some operations, by those that are not among them where these are fewer. */
function idsOf(some: ReadonlySet<ResolvedOperation>, all: readonly ResolvedOperation[]): string {
  const others = all.filter((operation) => !some.has(operation));
  if (others.length === 0) return 'types.OperationId';
  if (others.length < some.size) return `Exclude<types.OperationId, ${unionOf(others)}>`;
  return unionOf([...some]);
}

function unionOf(operations: readonly ResolvedOperation[]): string {
  const ids = operations.map(({ operationId }) => toLiteral(operationId));
  const line = ids.join(' | ');
  return line.length <= 60 ? line : ids.map((id) => `\n  | ${id}`).join('');
}

function nameOf(typeName: string, suffix: string): string {
  return `${typeName.charAt(0).toLowerCase()}${typeName.slice(1)}${suffix}Schema`;
}
