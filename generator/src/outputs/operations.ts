import { dereference, isObject, readerOf, readShape, toOperation } from '@nexconn-kit/document/compiler';
import type { JsonObject, OutputFile, ResolvedDocument, ResolvedOperation, Schema } from '../types.js';
import { header } from '../typescript/header.js';
import { table, toLiteral, toPropertyKey } from '../typescript/literal.js';
import { createTypeWriter, docComment, type Field, isPlainObject, type TypeWriter } from '../typescript/type-writer.js';

/** What stands for bytes in a request. */
const binary: Schema = { format: 'binary', type: 'string' };

/** Names that the contract package or this file gives to something else. */
const reservedNames = [
  ...['paths', 'webhooks', 'components', 'operations', '$defs', 'document'],
  ...['Operation', 'OperationBody', 'OperationParameter', 'RateLimit', 'Server', 'Envelope', 'OpenApiDocument'],
  'ApiDescription',
  ...['Effect', 'EffectName', 'EffectValue'],
  ...['ValidationIssue', 'Validator', 'ErrorCatalogueEntry', 'ErrorName', 'ErrorCode', 'HttpMethod'],
  ...['OperationRequests', 'OperationResults', 'OperationId', 'Region', 'Readonly', 'Record', 'Array', 'Promise'],
  ...['envelope', 'servers', 'operationTable', 'requestValidators', 'resultValidators', 'errorCatalogue'],
  ...['requestSchemas', 'resultSchemas', 'ClientOperations', 'ApiOperation', 'ApiSettings', 'Uint8Array', 'Blob'],
];

/** `operations.gen.ts`: request and result types, for a client those of errors too, the operation table, the servers and the envelope. */
export function operationsOutput(document: ResolvedDocument, hasErrors = false): OutputFile[] {
  const { bundle, operations } = document;
  const ends = ['Request', 'Result', ...(hasErrors ? ['Errors'] : [])];
  const own = operations.flatMap(({ typeName }) => ends.map((end) => typeName + end));
  const writer = createTypeWriter(bundle, new Set([...reservedNames, ...own]));
  const types = operations.flatMap((operation) => [
    requestType(bundle, operation, writer),
    resultType(bundle, operation, writer),
    ...(hasErrors ? [errorsType(operation, writer)] : []),
  ]);
  const sections = [
    `import type { Envelope, Operation, Server } from '${document.home.types}';`,
    ...types,
    writer.declarations(),
    operationMap('OperationRequests', 'The request of each operation, by its operationId.', operations, 'Request'),
    operationMap('OperationResults', 'The result of each operation, by its operationId.', operations, 'Result'),
    '/** The operationId of every operation. */\nexport type OperationId = keyof OperationRequests;',
    operationTable(operations),
    regionType(document),
    `/** Every server, in the order of the document. */\nexport const servers: readonly Server[] = ${table(document.servers, '')};`,
    `/** Names of the fields that wrap every answer; null where the whole body is the result. */\nexport const envelope: Envelope | null = ${table(document.envelope, '')};`,
  ];
  const content = `${header(document)}${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return [{ path: `${document.home.folder}/operations.gen.ts`, content }];
}

function requestType(bundle: JsonObject, operation: ResolvedOperation, writer: TypeWriter): string {
  const name = `${operation.typeName}Request`;
  const comment = docComment([`What \`${operation.operationId}\` is called with.`], '');
  const parameters: Field[] = operation.parameters
    // The request ID is about the call and not about what it asks for: a call option.
    .filter((parameter) => parameter.required || !isRequestId(parameter))
    .map(({ field, required, schema, description }) => ({ name: field, required, schema, description }));
  const { body } = operation;
  if (body?.field === undefined && body?.shape.hasVariants) {
    const own = parameters.length > 0 ? `{\n${writer.members(parameters)}\n} & ` : '';
    return `${comment}export type ${name} = ${own}(${writer.typeOf(inlined(bundle, body.schema))});`;
  }
  const fields = body === null ? [] : bodyFields(body, writer);
  const all = [
    ...parameters,
    ...fields.map((field) => ({ ...field, required: field.required && body?.required === true })),
  ];
  if (all.length === 0) return `${comment}export type ${name} = Record<string, never>;`;
  return `${comment}export interface ${name} {\n${writer.members(all)}\n}`;
}

function bodyFields(body: NonNullable<ResolvedOperation['body']>, writer: TypeWriter): Field[] {
  if (body.field === undefined) return writer.fieldsOf(body.schema);
  const isText = /^text\//i.test(body.contentType);
  const isData = isText || /[/+](json|x-www-form-urlencoded)(;|$)|^multipart\//i.test(body.contentType);
  return [{ name: body.field, required: body.required, schema: isData ? body.schema : binary, description: '' }];
}

/** Whether a parameter is the ID of a call. */
export function isRequestId({
  name,
  in: place,
}: Pick<ResolvedOperation['parameters'][number], 'name' | 'in'>): boolean {
  return place === 'header' && name.toLowerCase() === 'x-request-id';
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
  const name = `${typeName}Errors`;
  if (members.length === 0) return `${comment}export type ${name} = Record<never, never>;`;
  return `${comment}export interface ${name} {\n${members.join('')}}`;
}

function resultType(
  bundle: JsonObject,
  { operationId, typeName, result, answerTypes }: ResolvedOperation,
  writer: TypeWriter,
): string {
  const name = `${typeName}Result`;
  const comment = docComment([`What \`${operationId}\` returns.`], '');
  const reader = readerOf({ answerTypes });
  if (reader) return `${comment}export type ${name} = ${reader === 'readText' ? 'string' : 'Uint8Array<ArrayBuffer>'};`;
  if (result === null) return `${comment}export type ${name} = void;`;
  const schema = inlined(bundle, result);
  const isInterface = isObject(schema) && (isPlainObject(schema) || isMergedObject(bundle, schema));
  if (!isInterface) return `${comment}export type ${name} = ${writer.typeOf(schema)};`;
  return `${comment}export interface ${name} {\n${writer.members(writer.fieldsOf(schema))}\n}`;
}

/** Whether this is an `allOf` of plain objects, which can be one flat interface. */
function isMergedObject(bundle: JsonObject, schema: JsonObject): boolean {
  if (!Array.isArray(schema.allOf) || readShape(bundle, schema).hasVariants) return false;
  return schema.allOf.every((member) => {
    const target = dereference(bundle, member);
    return isObject(target) && (isPlainObject(target) || isMergedObject(bundle, target));
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

function operationTable(operations: readonly ResolvedOperation[]): string {
  const rows = operations.map((operation) => {
    return `  ${toPropertyKey(operation.operationId)}: ${table(toOperation(operation), '  ')},\n`;
  });
  const comment = '/** Every operation: how it is called and what it answers. */';
  return `${comment}\nexport const operationTable: Readonly<Record<OperationId, Operation>> = {\n${rows.join('')}};`;
}

function regionType({ servers }: ResolvedDocument): string {
  const regions = [...new Set(servers.map(({ region }) => region).filter((region) => region !== ''))];
  const type = regions.length === 0 ? 'string' : regions.map(toLiteral).join(' | ');
  return `/** A region that has servers. */\nexport type Region = ${type};`;
}
