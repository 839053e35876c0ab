import {
  appendPointer,
  asObject,
  dereference,
  isObject,
  readerOf,
  readShape,
  toTypeName,
} from '@nexconn-kit/document/compiler';
import type { JsonObject, OutputFile, ResolvedDocument, ResolvedOperation, Schema } from '../types.js';
import type { Direction } from '../typescript/directions.js';
import { header } from '../typescript/header.js';
import { imports } from '../typescript/imports.js';
import { table, toLiteral, toPropertyKey } from '../typescript/literal.js';
import { docComment, type Field, isOnlyReference, isPlainObject, type TypeWriter } from '../typescript/type-writer.js';
import { operationTable } from './operation-table.js';

/** What stands for bytes in a request. */
const binary: Schema = { format: 'binary', type: 'string' };

/**
 * `operations.gen.ts`: request and result types, for a client those of errors too, the operation table, the servers and the envelope.
 * What the document has a name for is in `types.gen.ts`, and imported.
 */
export function operationsOutput(document: ResolvedDocument, writer: TypeWriter, hasErrors: boolean): OutputFile[] {
  const { bundle, operations, home } = document;
  writer.takeNames();
  const [sent, answered] = [writer.towards('request'), writer.towards('result')];
  const types = operations.flatMap((operation) => [
    requestType(bundle, operation, sent),
    resultType(bundle, operation, answered),
    ...(hasErrors && hasErrorBodies(operation) ? [errorsType(operation, answered)] : []),
  ]);
  const named = namesIn(types, writer.takeNames());
  const helpers = placeHelpers(types);
  if (helpers.length > 0) named.push('operations');
  const sections = [
    [
      imports(['type Envelope', 'type Operation', 'type Server'], home.types),
      imports(
        named.map((name) => `type ${name}`),
        './types.gen.js',
      ),
    ]
      .join('')
      .trimEnd(),
    helpers.join('\n'),
    ...types,
    operationMap('OperationRequests', 'The request of each operation, by its operationId.', operations, 'Request'),
    operationMap('OperationResults', 'The result of each operation, by its operationId.', operations, 'Result'),
    '/** The operationId of every operation. */\nexport type OperationId = keyof OperationRequests;',
    operationTable(operations),
    regionType(document),
    `/** Every server, in the order of the document. */\n${constant('servers', 'readonly Server[]', document.servers)}`,
    `/** Names of the fields that wrap every answer; null where the whole body is the result. */\n${constant('envelope', 'Envelope | null', document.envelope)}`,
  ];
  const content = `${header(document)}${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return [{ path: `${home.folder}/operations.gen.ts`, content }];
}

/** Returns those names that stand in the code, and not in its comments alone. */
function namesIn(code: readonly string[], names: readonly string[]): string[] {
  const words = new Set(code.flatMap((text) => text.replaceAll(/\/\*\*[\s\S]*?\*\//g, '').match(/[\w$]+/g) ?? []));
  return names.filter((name) => words.has(name));
}

function constant(name: string, type: string, value: unknown): string {
  const start = `export const ${name}: ${type} = `;
  return `${start}${table(value, '', start.length)};`;
}

function requestType(bundle: JsonObject, operation: ResolvedOperation, writer: TypeWriter): string {
  const name = `${operation.typeName}Request`;
  const comment = docComment([`What \`${operation.operationId}\` is called with.`], '');
  const parameters = parameterFields(operation);
  const { body } = operation;
  if (body?.field === undefined && body?.shape.hasVariants) {
    const own = parameters.length > 0 ? `{\n${writer.members(parameters)}\n} & ` : '';
    return `${comment}export type ${name} = ${own}(${writer.typeOf(inlined(bundle, body.schema))});`;
  }
  const base = body !== null && hasBase(body, parameters, writer) ? baseOf(body, writer) : undefined;
  if (base !== undefined && parameters.length === 0) return alias(name, base);
  const fields = body === null || base !== undefined ? [] : bodyFields(body, writer);
  const own = fields.map((field) => ({ ...field, required: field.required && body?.required === true }));
  const places = placesOf(operation);
  const isShort = places.length > 0 && (base !== undefined || own.length > 0 || places.length > 1);
  const inherited = isShort ? places.flatMap(({ fields }) => fields) : [];
  const all = [...parameters.filter((field) => !inherited.includes(field.name)), ...own];
  const parents = [
    ...(base === undefined ? [] : [base]),
    ...(isShort ? places.map(({ type }) => `${type}<${toLiteral(operation.operationId)}>`) : []),
  ];
  if (all.length + parents.length === 0) return `${comment}export type ${name} = Record<string, never>;`;
  const head = interfaceHead(name, parents);
  return all.length === 0 ? `${head} {}` : `${comment}${head} {\n${writer.members(all)}\n}`;
}

function interfaceHead(name: string, parents: readonly string[]): string {
  const start = `export interface ${name}`;
  if (parents.length === 0) return start;
  const line = `${start} extends ${parents.join(', ')}`;
  return line.length <= 115 ? line : `${start}\n  extends ${parents.join(',\n    ')}`;
}

/** The types of the parameters of a place, by the place. */
const placeTypes = { path: 'PathOf', query: 'QueryOf', header: 'HeadersOf' } as const;

/** Returns the places whose parameters are all in the flat request, by their own names. */
function placesOf(operation: ResolvedOperation): { readonly type: string; readonly fields: readonly string[] }[] {
  const flat = new Set(parameterFields(operation).map(({ name }) => name));
  return Object.entries(placeTypes).flatMap(([place, type]) => {
    const parameters = operation.parameters.filter((parameter) => parameter.in === place);
    const isAlike = parameters.every(({ name, field }) => name === field && flat.has(field));
    return parameters.length > 0 && isAlike ? [{ type, fields: parameters.map(({ field }) => field) }] : [];
  });
}

/** Returns the declarations of those types of parameters that are used. */
function placeHelpers(types: readonly string[]): string[] {
  return Object.entries(placeTypes).flatMap(([place, type]) => {
    if (!types.some((text) => text.includes(`${type}<`))) return [];
    const parameters = `operations[Id]['parameters']['${place}']`;
    return `type ${type}<Id extends keyof operations> = NonNullable<${parameters}>;`;
  });
}

function parameterFields({ parameters }: ResolvedOperation): Field[] {
  return (
    parameters
      // The request ID is about the call and not about what it asks for: a call option.
      .filter((parameter) => parameter.required || !isRequestId(parameter))
      .map(({ field, required, schema, description }) => ({ name: field, required, schema, description }))
  );
}

/** Whether the fields of a body are those of an interface with a name, and none is that of a parameter too. */
function hasBase(
  { field, schema, shape }: NonNullable<ResolvedOperation['body']>,
  parameters: readonly Field[],
  writer: TypeWriter,
): boolean {
  return (
    field === undefined &&
    !shape.hasVariants &&
    writer.isInterface(schema) &&
    !parameters.some(({ name }) => shape.properties.has(name))
  );
}

function baseOf(body: NonNullable<ResolvedOperation['body']>, writer: TypeWriter): string {
  const own = writer.typeOf(body.schema);
  return isWhole(body) ? own : `Partial<${own}>`;
}

/** Whether no field of a body need be made optional, since it may be left out as a whole. */
function isWhole({ required, shape }: NonNullable<ResolvedOperation['body']>): boolean {
  return required || shape.required.size === 0;
}

/** Returns the declaration of a type that is another; where the document has it by this name, it is passed on. */
function alias(name: string, type: string): string {
  return name === type ? `export type { ${name} };` : `export type ${name} = ${type};`;
}

/** Returns the names of the types of operations, but for what is a schema that has that name. */
export function ownNames({ bundle, operations }: ResolvedDocument, writer: TypeWriter): string[] {
  const references = new Map<string, string[]>();
  for (const key of Object.keys(asObject(asObject(bundle.components).schemas))) {
    const name = toTypeName(key);
    references.set(name, [...(references.get(name) ?? []), appendPointer('#/components/schemas', key)]);
  }
  const isNamed = (name: string, schema: Schema | undefined, direction: Direction): boolean => {
    const [reference, ...others] = references.get(name) ?? [];
    const isSame = isObject(schema) && reference === schema.$ref && others.length === 0;
    return isSame && reference !== undefined && !writer.towards(direction).isOther(schema);
  };
  return operations.flatMap((operation) => {
    const { typeName, body, result } = operation;
    const [request, answer] = [`${typeName}Request`, `${typeName}Result`];
    const isBody = body && isWhole(body) && parameterFields(operation).length === 0 && hasBase(body, [], writer);
    return [
      ...(isBody && isNamed(request, body.schema, 'request') ? [] : [request]),
      ...(isAlias(bundle, operation) && isNamed(answer, result ?? undefined, 'result') ? [] : [answer]),
      `${typeName}Errors`,
    ];
  });
}

/** Whether the result of an operation is nothing but what a schema with a name is. */
function isAlias(bundle: JsonObject, operation: ResolvedOperation): boolean {
  const { result } = operation;
  if (readerOf(operation) || !isObject(result) || !isOnlyReference(result)) return false;
  const schema = inlined(bundle, result);
  return !(isObject(schema) && isMergedObject(bundle, schema));
}

function bodyFields(body: NonNullable<ResolvedOperation['body']>, writer: TypeWriter): Field[] {
  if (body.field === undefined) return writer.fieldsOf(body.schema);
  const isText = /^text\//i.test(body.contentType);
  const isData = isText || /[/+](json|x-www-form-urlencoded)(;|$)|^multipart\//i.test(body.contentType);
  // A list of lines may be written already.
  const data: Schema = body.isLines ? { anyOf: [body.schema as JsonObject, binary] } : binary;
  const schema = isData ? body.schema : data;
  return [{ name: body.field, required: body.required, schema, description: '' }];
}

/** Whether a parameter is the ID of a call. */
export function isRequestId({
  name,
  in: place,
}: Pick<ResolvedOperation['parameters'][number], 'name' | 'in'>): boolean {
  return place === 'header' && name.toLowerCase() === 'x-request-id';
}

/** Whether the document has a body for an error of an operation. */
export function hasErrorBodies({ errors }: Pick<ResolvedOperation, 'errors'>): boolean {
  return Object.keys(errors).length > 0;
}

/** The bodies of the errors of an operation, by their status. */
function errorsType({ operationId, typeName, errors }: ResolvedOperation, writer: TypeWriter): string {
  const comment = docComment(
    [`The body of each error that the document has for \`${operationId}\`, by its status.`],
    '',
  );
  const members = Object.entries(errors).map(
    ([status, schema]) => `  ${toPropertyKey(status)}: ${writer.typeOf(schema, '  ')};\n`,
  );
  return `${comment}export interface ${typeName}Errors {\n${members.join('')}}`;
}

function resultType(bundle: JsonObject, operation: ResolvedOperation, writer: TypeWriter): string {
  const { operationId, typeName, result } = operation;
  const name = `${typeName}Result`;
  const comment = docComment([`What \`${operationId}\` returns.`], '');
  const reader = readerOf(operation);
  if (reader) return `${comment}export type ${name} = ${readType(reader, operation, writer)};`;
  if (result === null) return `${comment}export type ${name} = void;`;
  if (isAlias(bundle, operation)) return alias(name, writer.typeOf(result));
  const schema = inlined(bundle, result);
  const isInterface = isObject(schema) && (isPlainObject(schema) || isMergedObject(bundle, schema));
  if (!isInterface) return `${comment}export type ${name} = ${writer.typeOf(schema)};`;
  return `${comment}export interface ${name} {\n${writer.members(writer.fieldsOf(schema))}\n}`;
}

/** Returns the type of what a reader returns. */
function readType(reader: string, { item }: ResolvedOperation, writer: TypeWriter): string {
  if (reader === 'readText') return 'string';
  return reader === 'readBytes' ? 'Uint8Array<ArrayBuffer>' : writer.typeOf({ type: 'array', items: item ?? true });
}

/** Whether this is an `allOf` of plain objects, which can be one flat interface. */
function isMergedObject(bundle: JsonObject, schema: JsonObject): boolean {
  return Array.isArray(schema.allOf) && !readShape(bundle, schema).hasVariants && isOfObjects(bundle, schema);
}

function isOfObjects(bundle: JsonObject, { allOf }: JsonObject, seen: Set<JsonObject> = new Set()): boolean {
  if (!Array.isArray(allOf)) return false;
  return allOf.every((member) => {
    const target = dereference(bundle, member);
    if (!isObject(target)) return false;
    if (seen.has(target) || isPlainObject(target)) return true;
    seen.add(target);
    return isOfObjects(bundle, target, seen);
  });
}

function inlined(bundle: JsonObject, schema: Schema): Schema {
  const hasOnlyReference = isObject(schema) && typeof schema.$ref === 'string' && schema.properties === undefined;
  return hasOnlyReference ? ((dereference(bundle, schema) ?? true) as Schema) : schema;
}

function operationMap(name: string, comment: string, operations: readonly ResolvedOperation[], suffix: string): string {
  const lines = operations.map(({ operationId, typeName }) => `  ${toPropertyKey(operationId)}: ${typeName}${suffix};`);
  return `/** ${comment} */\nexport interface ${name} {\n${lines.join('\n')}\n}`;
}

function regionType({ servers }: ResolvedDocument): string {
  const regions = [...new Set(servers.map(({ region }) => region).filter((region) => region !== ''))];
  const type = regions.length === 0 ? 'string' : regions.map(toLiteral).join(' | ');
  return `/** A region that has servers. */\nexport type Region = ${type};`;
}
