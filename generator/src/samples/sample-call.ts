import {
  asArray,
  asObject,
  definitionOf,
  dereference,
  isBinary,
  isFormType,
  isJsonType,
  isObject,
  isPartsType,
  isWholeQuery,
  readShape,
} from '@nexconn-kit/document/compiler';
import type { JsonObject, ResolvedDocument, ResolvedOperation, Schema } from '../types.js';
import type { Json, SampleBody, SampleCall, SignatureNames } from './types.js';

/** Returns the call of each operation; none where the document's calls are not signed. */
export function sampleCalls(document: ResolvedDocument): SampleCall[] {
  const { bundle, envelope, isOwnServer, operations, source } = document;
  const signature = signatureNames(bundle);
  if (isOwnServer || signature === undefined || envelope === null) return [];
  return operations.map((operation) => {
    const { operationId, typeName, summary, method, echoes, hasAnswerBody, successStatus } = operation;
    const example = bodyExample(bundle, operation);
    const body = sampleBody(bundle, operation, example);
    const values = parameterValues(bundle, operation);
    const fields = resultFields(bundle, operation);
    return {
      ...{ source, operationId, typeName, summary, method, signature, envelope, body, successStatus },
      path: fillPath(operation, values),
      parameters: neededParameters(operation).map(({ name, in: place }) => ({
        name,
        in: place,
        value: values[name] ?? null,
      })),
      emptyStatus: hasAnswerBody ? undefined : successStatus,
      headers: pick(operation, 'header', values),
      request: { ...values, ...requestFields(operation, example) },
      printed: fields.filter((name) => name in echoes),
      notPrinted: fields.filter((name) => !(name in echoes)),
    };
  });
}

function signatureNames(bundle: JsonObject): SignatureNames | undefined {
  const schemes = asObject(asObject(bundle.components).securitySchemes);
  const names = asArray(bundle.security).flatMap((requirement) => Object.keys(asObject(requirement)));
  const signed = names.map((name) => asObject(asObject(dereference(bundle, schemes[name]))['x-signature']));
  return signed.find(({ headers }) => isObject(headers))?.headers as unknown as SignatureNames | undefined;
}

/** Returns what is sent of a body: JSON, a form, or a text. */
function sampleBody(
  bundle: JsonObject,
  { body }: ResolvedOperation,
  example: Json | undefined,
): SampleBody | undefined {
  if (body === null || example === undefined) return undefined;
  const { contentType, schema } = body;
  if (isJsonType(contentType)) return { kind: 'json', contentType, value: example };
  if (!isFormType(contentType)) return { kind: 'text', contentType, text: textOf(example) };
  const { properties } = readShape(bundle, schema);
  const fields = Object.entries(asObject(example)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item) => ({
      name,
      text: textOf(item),
      isFile: isFile(bundle, properties.get(name)),
    })),
  );
  if (isPartsType(contentType)) return { kind: 'form', contentType, parts: fields };
  const text = new URLSearchParams(fields.map((field) => [field.name, field.text])).toString();
  return { kind: 'text', contentType, text };
}

function isFile(bundle: JsonObject, node: Schema | undefined): boolean {
  const schema = asObject(dereference(bundle, node as Json));
  const { contentMediaType, items } = schema;
  return isBinary(schema) || contentMediaType !== undefined || (items !== undefined && isFile(bundle, items as Schema));
}

function textOf(value: Json): string {
  return typeof value === 'object' ? JSON.stringify(value) : `${value}`;
}

/** Returns a body as the typed client takes it: its fields, or itself by a name. */
function requestFields({ body }: ResolvedOperation, example: Json | undefined): JsonObject {
  if (body === null || example === undefined) return {};
  return body.field === undefined ? asObject(example) : { [body.field]: example };
}

function bodyExample(bundle: JsonObject, operation: ResolvedOperation): Json | undefined {
  const { body } = operation;
  if (body === null) return undefined;
  const content = asObject(asObject(dereference(bundle, definitionOf(bundle, operation).requestBody)).content);
  const media = asObject(content[body.contentType]);
  const first = dereference(bundle, Object.values(asObject(media.examples))[0]);
  return asObject(first).value ?? media.example ?? exampleOf(bundle, body.schema, 'body');
}

function parameterValues(bundle: JsonObject, operation: ResolvedOperation): Record<string, Json> {
  return Object.fromEntries(
    neededParameters(operation).map(({ name, schema }) => [name, exampleOf(bundle, schema, name)]),
  );
}

function neededParameters({ parameters }: ResolvedOperation): ResolvedOperation['parameters'] {
  return parameters.filter(({ required }) => required);
}

function fillPath(operation: ResolvedOperation, values: Record<string, Json>): string {
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(`${values[name]}`));
  const query = queryText(operation, values);
  return query === '' ? path : `${path}?${query}`;
}

function queryText(operation: ResolvedOperation, values: Record<string, Json>): string {
  const whole = operation.parameters.find(isWholeQuery);
  if (!whole) return new URLSearchParams(pick(operation, 'query', values)).toString();
  const value = values[whole.name];
  if (value === undefined) return '';
  if (!isFormType(whole.contentType ?? '')) return encodeURIComponent(textOf(value));
  const fields = Object.entries(asObject(value)).map(([name, member]): [string, string] => [name, textOf(member)]);
  return new URLSearchParams(fields).toString();
}

function pick({ parameters }: ResolvedOperation, place: string, values: Record<string, Json>): Record<string, string> {
  const names = parameters.filter((parameter) => parameter.in === place && parameter.name in values);
  return Object.fromEntries(names.map(({ name }) => [name, `${values[name]}`]));
}

function resultFields(bundle: JsonObject, { result }: ResolvedOperation): string[] {
  return result === null ? [] : [...readShape(bundle, result).properties.keys()];
}

/** Returns the example of a schema, or the plainest value that it takes. */
function exampleOf(bundle: JsonObject, node: Schema, name: string): Json {
  const schema = asObject(dereference(bundle, node as Json));
  const { example, default: usual } = schema;
  const candidates = [asArray(schema.examples)[0], example, schema.const, usual, asArray(schema.enum)[0]];
  const given = candidates.find((value) => value !== undefined);
  if (given !== undefined) return given;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'array') return [exampleOf(bundle, (schema.items ?? true) as Schema, name)];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  const { properties, required } = readShape(bundle, node);
  if (type !== 'object' && properties.size === 0) return name;
  const fields = [...properties].filter(([field]) => required.has(field));
  return Object.fromEntries(fields.map(([field, property]) => [field, exampleOf(bundle, property, field)]));
}
