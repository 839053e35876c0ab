import { appendPointer, asObject, dereference, isObject } from '@nexconn-kit/document/compiler';
import type { JsonObject, OutputFile, ResolvedDocument, ResolvedOperation, Schema } from '../types.js';
import { header } from '../typescript/header.js';
import { toLiteral, toPropertyKey } from '../typescript/literal.js';
import { createTypeWriter, docComment, type Field, type TypeWriter } from '../typescript/type-writer.js';

/** Any value of a document. */
type JsonValue = JsonObject[string];

const reservedNames = ['paths', 'webhooks', 'components', 'operations', '$defs', 'Blob', 'Uint8Array', 'ArrayBuffer'];

/**
 * `types.gen.ts`: `paths`, `components` and `operations` in the shape of openapi-typescript, from which openapi-fetch infers and
 * which people know. A path has the methods that are played.
 */
export function typesOutput(document: ResolvedDocument): OutputFile[] {
  const { bundle, operations } = document;
  const writer = createTypeWriter(bundle, new Set(reservedNames), (reference) => componentAt(reference, 'schemas'));
  const sections = [
    pathsType(operations),
    'export type webhooks = Record<string, never>;',
    componentsType(bundle, writer),
    'export type $defs = Record<string, never>;',
    operationsType(document, writer),
    // Whatever a `$ref` leads to inside of something else.
    writer.declarations(''),
  ];
  const content = `${header(document)}${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return [{ path: `${document.home.folder}/types.gen.ts`, content }];
}

/** Returns the type of a component of that kind; undefined where the `$ref` leads elsewhere, or its name is escaped in it. */
function componentAt(reference: string, kind: string): string | undefined {
  const start = `#/components/${kind}/`;
  const name = reference.slice(start.length);
  return reference.startsWith(start) && !/[/~%]/.test(name) ? `components["${kind}"][${toLiteral(name)}]` : undefined;
}

function pathsType(operations: readonly ResolvedOperation[]): string {
  const byPath = new Map<string, ResolvedOperation[]>();
  for (const operation of operations) byPath.set(operation.path, [...(byPath.get(operation.path) ?? []), operation]);
  const items = [...byPath].map(([path, own]) => `  ${toPropertyKey(path)}: {\n${own.map(methodOf).join('')}  };\n`);
  return `export interface paths {\n${items.join('')}}`;
}

function methodOf({ operationId, method, summary, description, deprecated }: ResolvedOperation): string {
  const comment = docComment([summary, description, deprecated ? '@deprecated' : ''], '    ');
  return `${comment}    ${method.toLowerCase()}: operations[${toLiteral(operationId)}];\n`;
}

function componentsType(bundle: JsonObject, writer: TypeWriter): string {
  const { schemas, responses, requestBodies, parameters, headers } = asObject(bundle.components);
  const members = [
    componentsOf(schemas, 'schemas', (_, pointer) => writer.typeAt(pointer, '    ')),
    componentsOf(responses, 'responses', (response) => responseType(bundle, response, writer, '    ')),
    componentsOf(parameters, 'parameters', (parameter) => writer.typeOf(schemaIn(bundle, parameter), '    ')),
    componentsOf(requestBodies, 'requestBodies', (body) => contentType(bundle, body, writer, '    ')),
    componentsOf(headers, 'headers', (each) => writer.typeOf(schemaIn(bundle, each), '    ')),
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
    const comment = docComment([descriptionOf(component)], '    ');
    return `${comment}    ${toPropertyKey(name)}: ${typeOf(component, appendPointer('#/components', kind, name))};\n`;
  });
  return members.length === 0 ? `  ${kind}: never;\n` : `  ${kind}: {\n${members.join('')}  };\n`;
}

function operationsType({ bundle, operations }: ResolvedDocument, writer: TypeWriter): string {
  const members = operations.map((operation) => {
    const item = asObject(dereference(bundle, asObject(bundle.paths)[operation.path]));
    const { requestBody, responses } = asObject(item[operation.method.toLowerCase()]);
    return [
      `  ${toPropertyKey(operation.operationId)}: {\n`,
      `    parameters: ${parametersType(operation, writer)};\n`,
      bodyMember(bundle, requestBody, writer),
      `    responses: ${responsesType(bundle, responses, writer)};\n`,
      '  };\n',
    ].join('');
  });
  return `export interface operations {\n${members.join('')}}`;
}

function parametersType({ parameters }: ResolvedOperation, writer: TypeWriter): string {
  const members = ['query', 'header', 'path', 'cookie'].map((place) => {
    const fields: Field[] = parameters.filter((parameter) => parameter.in === place);
    if (fields.length === 0) return `      ${place}?: never;\n`;
    const isOptional = fields.every(({ required }) => !required);
    return `      ${place}${isOptional ? '?' : ''}: {\n${writer.members(fields, '        ')}\n      };\n`;
  });
  return `{\n${members.join('')}    }`;
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
  const known = fields.length === 0 ? '' : `${writer.members(fields, `${indent}    `)}\n`;
  const content = contentMember(bundle, response, writer, `${indent}  `);
  return `{\n${indent}  headers: {\n${known}${indent}    [name: string]: unknown;\n${indent}  };\n${content}${indent}}`;
}

function contentType(bundle: JsonObject, holder: JsonValue, writer: TypeWriter, indent: string): string {
  return `{\n${contentMember(bundle, holder, writer, `${indent}  `)}${indent}}`;
}

function contentMember(bundle: JsonObject, holder: JsonValue, writer: TypeWriter, indent: string): string {
  const entries = Object.entries(asObject(asObject(dereference(bundle, holder)).content));
  if (entries.length === 0) return `${indent}content?: never;\n`;
  const members = entries.map(([mediaType, media]) => {
    const type = writer.typeOf((asObject(media).schema ?? true) as Schema, `${indent}  `);
    return `${indent}  ${toPropertyKey(mediaType)}: ${type};\n`;
  });
  return `${indent}content: {\n${members.join('')}${indent}};\n`;
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
