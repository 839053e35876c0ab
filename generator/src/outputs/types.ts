import { appendPointer, asObject, definitionOf, dereference, hasField, isObject } from '@nexconn-kit/document/compiler';
import type { JsonObject, OutputFile, ResolvedDocument, ResolvedOperation, Schema } from '../types.js';
import { header } from '../typescript/header.js';
import { toLiteral, toPropertyKey } from '../typescript/literal.js';
import { createTypeWriter, docComment, type Field, type TypeWriter } from '../typescript/type-writer.js';
import { operationsOutput, ownNames } from './operations.js';

/** Any value of a document. */
type JsonValue = JsonObject[string];

/** Names that the contract package or a generated file gives to something else. */
const reservedNames = [
  ...['paths', 'webhooks', 'components', 'operations', '$defs', 'document'],
  ...[
    'PathOf',
    'QueryOf',
    'HeadersOf',
    'RequestSchema',
    'BodySchema',
    'ResultSchema',
    'StandardSchema',
    'Row',
    'Omit',
    'NonNullable',
  ],
  ...['NoParameters', 'ParametersOf', 'PathParameters', 'JsonContent', 'Answer', 'JsonAnswer', 'EmptyAnswer'],
  ...['Operation', 'OperationBody', 'OperationParameter', 'RateLimit', 'Server', 'Envelope', 'OpenApiDocument'],
  ...['ApiDescription', 'Effect', 'EffectName', 'EffectValue'],
  ...['ValidationIssue', 'Validator', 'ErrorCatalogueEntry', 'ErrorName', 'ErrorCode', 'HttpMethod'],
  ...['OperationRequests', 'OperationResults', 'OperationId', 'Region', 'Readonly', 'Record', 'Array', 'Promise'],
  ...['envelope', 'servers', 'operationTable', 'requestValidators', 'resultValidators', 'errorCatalogue'],
  ...['requestSchemas', 'resultSchemas', 'ClientOperations', 'ApiOperation', 'ApiSettings'],
  ...['Partial', 'Exclude', 'Uint8Array', 'ArrayBuffer', 'Blob'],
];

/**
 * `types.gen.ts`: `paths`, `components` and `operations` in the shape of openapi-typescript, from which openapi-fetch infers and
 * which people know, and each schema by its name; and `operations.gen.ts`, which is made of these. A path has the methods that
 * are played.
 */
export function typesOutput(document: ResolvedDocument, hasErrors = false): OutputFile[] {
  const { bundle, operations, home } = document;
  const writer = createTypeWriter(bundle);
  writer.reserve([...reservedNames, ...ownNames(document, writer)]);
  const sections = [
    pathsType(operations),
    'export type webhooks = Record<string, never>;',
    componentsType(bundle, writer),
    'export type $defs = Record<string, never>;',
    operationsType(document, writer),
  ];
  // It may ask for more names.
  const others = operationsOutput(document, writer, hasErrors);
  const all = [...sections, writer.declarations()];
  const content = [...all, ...helpersOf(all)].filter((section) => section !== '').join('\n\n');
  return [{ path: `${home.folder}/types.gen.ts`, content: `${header(document)}${content}\n` }, ...others];
}

/** What many operations have alike, by its name; each stands after those that it is made of. */
const helpers = {
  NoParameters: `/** The parameters of a call that has none. */
type NoParameters = { query?: never; header?: never; path?: never; cookie?: never };`,
  ParametersOf: `/** The parameters of a call by their places; elsewhere it has none. */
type ParametersOf<Places> = Places & Omit<NoParameters, keyof Places>;`,
  PathParameters: `/** The parameters of a call that has them in its path alone. */
type PathParameters<Path> = ParametersOf<{ path: Path }>;`,
  JsonContent: `/** A body that is JSON. */
type JsonContent<Body> = { content: { 'application/json': Body } };`,
  Answer: `/** An answer with a body, by its media types; the document names no headers of it. */
type Answer<Content> = { headers: { [name: string]: unknown }; content: Content };`,
  JsonAnswer: `/** An answer whose body is JSON. */
type JsonAnswer<Body> = Answer<{ 'application/json': Body }>;`,
  EmptyAnswer: `/** An answer without a body; the document names no headers of it. */
type EmptyAnswer = { headers: { [name: string]: unknown }; content?: never };`,
};

/** Returns those that are used, and those that they are made of. */
function helpersOf(sections: readonly string[]): string[] {
  const uses = (text: string): string[] => text.match(/(?<=[:=&] )(?:[A-Z]\w+)(?=[<;])/g) ?? [];
  const used = new Set(sections.flatMap(uses));
  for (const [name, text] of Object.entries(helpers).reverse()) {
    if (used.has(name)) for (const other of text.match(/\w+/g) ?? []) used.add(other);
  }
  return Object.entries(helpers).flatMap(([name, text]) => (used.has(name) ? [text] : []));
}

/** Returns the type of a component of that kind; undefined where the `$ref` leads elsewhere, or its name is escaped in it. */
function componentAt(reference: string, kind: string): string | undefined {
  const start = `#/components/${kind}/`;
  const name = reference.slice(start.length);
  return reference.startsWith(start) && !/[/~%]/.test(name) ? `components['${kind}'][${toLiteral(name)}]` : undefined;
}

function pathsType(operations: readonly ResolvedOperation[]): string {
  const byPath = new Map<string, ResolvedOperation[]>();
  for (const operation of operations) byPath.set(operation.path, [...(byPath.get(operation.path) ?? []), operation]);
  const items = [...byPath].map(([path, own]) => `  ${toPropertyKey(path)}: {\n${own.map(methodOf).join('')}  };\n`);
  return `export interface paths {\n${items.join('')}}`;
}

function methodOf({ operationId, method, summary, description, deprecated }: ResolvedOperation): string {
  const comment = docComment([summary, description, deprecated ? '@deprecated' : ''], '    ');
  return `${comment}    ${toPropertyKey(hasField(method) ? method.toLowerCase() : method)}: operations[${toLiteral(operationId)}];\n`;
}

function componentsType(bundle: JsonObject, writer: TypeWriter): string {
  const { schemas, responses, requestBodies, parameters, headers } = asObject(bundle.components);
  const [sent, answered] = [writer.towards('request'), writer.towards('result')];
  const members = [
    componentsOf(schemas, 'schemas', (_, pointer) => writer.typeOf({ $ref: pointer })),
    componentsOf(responses, 'responses', (response) => responseType(bundle, response, answered, '    ')),
    componentsOf(parameters, 'parameters', (parameter) => sent.typeOf(schemaIn(bundle, parameter), '    ')),
    componentsOf(requestBodies, 'requestBodies', (body) => contentType(bundle, body, sent, '    ')),
    componentsOf(headers, 'headers', (each) => answered.typeOf(schemaIn(bundle, each), '    ')),
    '  pathItems: never;\n',
  ];
  return `export interface components {\n${members.join('')}}`;
}

function componentsOf(
  components: JsonValue | undefined,
  kind: string,
  typeOf: (component: JsonValue, pointer: string) => string,
): string {
  const members = Object.entries(asObject(components)).map(([name, component]) => {
    // What is said of a schema stands where it is declared.
    const comment = kind === 'schemas' ? '' : docComment([descriptionOf(component)], '    ');
    return `${comment}    ${toPropertyKey(name)}: ${typeOf(component, appendPointer('#/components', kind, name))};\n`;
  });
  return members.length === 0 ? `  ${kind}: never;\n` : `  ${kind}: {\n${members.join('')}  };\n`;
}

function operationsType({ bundle, operations }: ResolvedDocument, writer: TypeWriter): string {
  const [sent, answered] = [writer.towards('request'), writer.towards('result')];
  const members = operations.map((operation) => {
    const { requestBody, responses } = definitionOf(bundle, operation);
    return [
      `  ${toPropertyKey(operation.operationId)}: {\n`,
      `    parameters: ${parametersType(operation, sent)};\n`,
      bodyMember(bundle, requestBody, sent),
      `    responses: ${responsesType(bundle, responses, answered)};\n`,
      '  };\n',
    ].join('');
  });
  return `export interface operations {\n${members.join('')}}`;
}

function parametersType({ parameters }: ResolvedOperation, writer: TypeWriter): string {
  const places = ['query', 'header', 'path', 'cookie'].flatMap((place) => {
    const fields: Field[] = parameters.filter((parameter) => parameter.in === place);
    return fields.length === 0 ? [] : [{ place, fields, isOptional: fields.every(({ required }) => !required) }];
  });
  const [first, ...others] = places;
  if (first === undefined) return 'NoParameters';
  if (others.length === 0 && first.place === 'path')
    return `PathParameters<{\n${writer.members(first.fields, '      ')}\n    }>`;
  const members = places.map(({ place, fields, isOptional }) => {
    return `      ${place}${isOptional ? '?' : ''}: {\n${writer.members(fields, '        ')}\n      };\n`;
  });
  return `ParametersOf<{\n${members.join('')}    }>`;
}

function bodyMember(bundle: JsonObject, body: JsonValue | undefined, writer: TypeWriter): string {
  const resolved = asObject(dereference(bundle, body));
  if (body === undefined || !isObject(resolved.content)) return '    requestBody?: never;\n';
  const named =
    typeof asObject(body).$ref === 'string' ? componentAt(String(asObject(body).$ref), 'requestBodies') : undefined;
  const type = named ?? contentType(bundle, body, writer, '    ');
  return `    requestBody${resolved.required === true ? '' : '?'}: ${type};\n`;
}

function responsesType(bundle: JsonObject, responses: JsonValue | undefined, writer: TypeWriter): string {
  const members = Object.entries(asObject(responses))
    .filter(([status]) => !status.startsWith('x-'))
    .map(([status, response]) => {
      const { $ref } = asObject(response);
      const named = typeof $ref === 'string' ? componentAt($ref, 'responses') : undefined;
      const comment = named === undefined ? docComment([descriptionOf(dereference(bundle, response))], '      ') : '';
      const key = /^\d{3}$/.test(status) ? status : toPropertyKey(status);
      return `${comment}      ${key}: ${named ?? responseType(bundle, response, writer, '      ')};\n`;
    });
  return members.length === 0 ? 'never' : `{\n${members.join('')}    }`;
}

/** Headers of the document by name, any other as `unknown`, and the content by media type. */
function responseType(bundle: JsonObject, response: JsonValue, writer: TypeWriter, indent: string): string {
  const { headers } = asObject(dereference(bundle, response));
  const fields = Object.entries(asObject(headers)).map(([name, each]): Field => {
    const { required, description } = asObject(dereference(bundle, each));
    return {
      name,
      required: required === true,
      schema: schemaIn(bundle, each),
      description: String(description ?? ''),
    };
  });
  if (fields.length === 0) {
    const json = jsonOf(bundle, response, writer, indent);
    if (json !== undefined) return `JsonAnswer<${json}>`;
    const content = contentOf(bundle, response, writer, indent);
    return content === undefined ? 'EmptyAnswer' : `Answer<${content}>`;
  }
  const content = contentOf(bundle, response, writer, `${indent}  `);
  return [
    `{\n${indent}  headers: {\n${writer.members(fields, `${indent}    `)}\n${indent}    [name: string]: unknown;\n`,
    `${indent}  };\n${indent}  content${content === undefined ? '?: never' : `: ${content}`};\n${indent}}`,
  ].join('');
}

function contentType(bundle: JsonObject, holder: JsonValue, writer: TypeWriter, indent: string): string {
  const json = jsonOf(bundle, holder, writer, indent);
  if (json !== undefined) return `JsonContent<${json}>`;
  const content = contentOf(bundle, holder, writer, `${indent}  `);
  return `{\n${indent}  content${content === undefined ? '?: never' : `: ${content}`};\n${indent}}`;
}

/** Returns the type of a body that can be nothing but JSON; undefined where it can, or where there is none. */
function jsonOf(bundle: JsonObject, holder: JsonValue, writer: TypeWriter, indent: string): string | undefined {
  const content = asObject(asObject(dereference(bundle, holder)).content);
  const json = content['application/json'];
  if (json === undefined || Object.keys(content).length > 1) return undefined;
  return writer.typeOf((asObject(json).schema ?? true) as Schema, indent);
}

/** Returns the type of a body by its media types; undefined where it has none. */
function contentOf(bundle: JsonObject, holder: JsonValue, writer: TypeWriter, indent: string): string | undefined {
  const members = Object.entries(asObject(asObject(dereference(bundle, holder)).content)).map(([mediaType, media]) => {
    const type = writer.typeOf((asObject(media).schema ?? true) as Schema, `${indent}  `);
    return `${indent}  ${toPropertyKey(mediaType)}: ${type};\n`;
  });
  return members.length === 0 ? undefined : `{\n${members.join('')}${indent}}`;
}

/** Returns the schema of a parameter or header, which may stand under its one media type. */
function schemaIn(bundle: JsonObject, holder: JsonValue): Schema {
  const { schema, content } = asObject(dereference(bundle, holder));
  return (schema ?? asObject(Object.values(asObject(content))[0]).schema ?? true) as Schema;
}

function descriptionOf(node: JsonValue | undefined): string {
  const { description, title } = asObject(node);
  return String(description ?? title ?? '').trim();
}
