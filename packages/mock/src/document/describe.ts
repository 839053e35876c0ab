import type { components } from '../generated/console/types.gen.js';
import type { Api } from './api.js';
import {
  asObject,
  createResolver,
  definitionIn,
  type JsonObject,
  parametersOf,
  type Resolve,
  readAdmission,
} from './lookup.js';

type Described = components['schemas']['DescribeDocumentResult'];
type DocumentedOperation = components['schemas']['DocumentedOperation'];
type DocumentedField = components['schemas']['DocumentedField'];
type Operation = Api['operations'][string];

/** Returns the operations of a document with their parameters and fields, as a form needs them, and its errors. */
export function describeDocument({ document, operations, errors }: Api): Described {
  const resolve = createResolver(document);
  const { title, version } = resolve(document.info);
  return {
    title: textOf(title) ?? 'API',
    version: textOf(version) ?? '',
    operations: Object.values(operations).map((operation) => describeOperation(document, operation, resolve)),
    errors: Object.values<Api['errors'][keyof Api['errors']]>(errors)
      .map(({ code, name, httpStatus, meaning }) => ({ code, name, httpStatus, meaning }))
      .sort((one, other) => one.code - other.code),
  };
}

function describeOperation(document: JsonObject, operation: Operation, resolve: Resolve): DocumentedOperation {
  const { operationId, method, path, summary, body } = operation;
  const pathItem = resolve(resolve(document.paths)[path]);
  const definition = resolve(definitionIn(pathItem, method));
  const parameters = parametersOf(pathItem, definition, resolve);
  return {
    ...{ operationId, method, path, summary },
    signed: readAdmission(definition, document).signature === 'always',
    ...(body && { contentType: body.contentType }),
    fields: [
      ...operation.parameters.map(({ name, in: place, required }) => {
        const node = parameters.find((found) => found.name === name && found.in === place) ?? {};
        return { ...describeField(name, node.schema, resolve, node), in: place, required };
      }),
      ...describeBody(operation, definition, resolve),
    ],
  };
}

function describeBody({ body }: Operation, definition: JsonObject, resolve: Resolve): DocumentedField[] {
  if (!body) return [];
  const { schema, example, examples } = resolve(asObject(resolve(definition.requestBody).content)[body.contentType]);
  const { properties, required } = mergedSchema(schema, resolve);
  const shown = asObject(example ?? resolve(Object.values(asObject(examples))[0]).value);
  return body.fields.map((name) => ({
    ...describeField(name, properties[name], resolve, Object.hasOwn(shown, name) ? { example: shown[name] } : {}),
    in: 'body',
    required: required.includes(name),
  }));
}

interface MergedSchema {
  readonly properties: JsonObject;
  readonly required: readonly unknown[];
}

/** Returns the properties of an object schema with those of its `allOf`; each schema counts once, since it may contain itself. */
function mergedSchema(node: unknown, resolve: Resolve, seen: Set<JsonObject> = new Set()): MergedSchema {
  const schema = resolve(node);
  if (seen.has(schema)) return { properties: {}, required: [] };
  seen.add(schema);
  const { properties, required, allOf } = schema;
  const parts = Array.isArray(allOf) ? allOf.map((part) => mergedSchema(part, resolve, seen)) : [];
  const own = { properties: asObject(properties), required: Array.isArray(required) ? required : [] };
  return {
    properties: Object.assign({}, ...[...parts, own].map((part) => part.properties)),
    required: [...parts, own].flatMap((part) => part.required),
  };
}

const plainTypes = new Set<unknown>(['string', 'number', 'integer', 'boolean']);

function describeField(
  name: string,
  node: unknown,
  resolve: Resolve,
  { description: own, example: ownExample, examples: named }: JsonObject,
): Omit<DocumentedField, 'in' | 'required'> {
  const schema = resolve(node);
  const types = [schema.type].flat().filter((type) => type !== 'null');
  const type = types.length === 1 && plainTypes.has(types[0]) ? (types[0] as DocumentedField['type']) : 'json';
  const ofSchema = Array.isArray(schema.examples) ? schema.examples[0] : schema.example;
  const example = ownExample ?? resolve(Object.values(asObject(named))[0]).value ?? ofSchema ?? schema.default;
  const description = firstParagraph(textOf(own) ?? textOf(schema.description));
  const values = Array.isArray(schema.enum) ? schema.enum.map((value) => exampleText(value)) : undefined;
  return {
    name,
    type,
    ...(description !== undefined && { description }),
    ...(example !== undefined && { example: exampleText(example) }),
    ...limitsOf(schema),
    ...(values && { values }),
  };
}

/** Returns what a form can tell of a value before it is sent; a limit that is none is left to the check of the document. */
function limitsOf(schema: JsonObject): Pick<DocumentedField, 'minLength' | 'maxLength' | 'maxBytes' | 'pattern'> {
  const { minLength, maxLength, 'x-max-bytes': maxBytes, pattern } = schema;
  const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
  return {
    ...(isCount(minLength) && { minLength }),
    ...(isCount(maxLength) && { maxLength }),
    ...(isCount(maxBytes) && { maxBytes }),
    ...(typeof pattern === 'string' && { pattern }),
  };
}

function exampleText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function firstParagraph(text: string | undefined): string | undefined {
  return text
    ?.trim()
    .split(/\n\s*\n/, 1)[0]
    ?.replace(/\s+/g, ' ');
}
