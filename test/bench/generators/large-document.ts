import { stringify } from 'yaml';

/** What can be done with each resource. */
const actions = ['list', 'create', 'read', 'remove'] as const;

/**
 * Returns the YAML of a document of OpenAPI 3.1 with so many operations, as an API that has grown has them: resources of many
 * fields in words, which refer to each other, lists with filters and pages, and errors that all share. 1,000 take 3 MB.
 */
export function largeDocument(operations: number): string {
  const resources = Array.from({ length: operations / actions.length }, (_, index) => `Resource${index}`);
  const paths = resources.flatMap((name) => Object.entries(pathsOf(name)));
  const schemas = resources.flatMap((name, index) => Object.entries(schemasOf(name, resources[index - 1] ?? name)));
  const document = {
    openapi: '3.1.0',
    info: { title: 'A large document', version: '1.0.0' },
    servers: [{ url: 'https://api.test/v1' }],
    security: [{ key: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      parameters: { Page: page, Size: size },
      responses: { Refused: refused },
      schemas: { Error: error, ...Object.fromEntries(schemas) },
    },
  };
  return stringify(document, { aliasDuplicateObjects: false });
}

const words =
  'It is described in a sentence that says what it is for, when it is there, and what becomes of it later on.';

function pathsOf(name: string): Record<string, object> {
  const id = { name: 'id', in: 'path', required: true, description: words, schema: { type: 'string', maxLength: 36 } };
  const filter = { name: 'filter', in: 'query', schema: { type: 'array', items: { type: 'string' } } };
  const shared = ['Page', 'Size'].map((parameter) => ({ $ref: `#/components/parameters/${parameter}` }));
  const body = { required: true, content: jsonOf(`${name}Input`) };
  const [list, create, read, remove] = actions.map((action) => (parts: object, answer: object) => ({
    ...{ operationId: `${action}${name}`, summary: `The ${action} of ${name}`, description: words, ...parts },
    responses: { ...answer, '4XX': { $ref: '#/components/responses/Refused' } },
  })) as [Describe, Describe, Describe, Describe];
  const found = { 200: { description: words, content: jsonOf(name) } };
  return {
    [`/${name}`]: {
      get: list({ parameters: [filter, ...shared] }, { 200: { description: words, content: jsonOf(`${name}List`) } }),
      post: create({ requestBody: body }, found),
    },
    [`/${name}/{id}`]: {
      get: read({ parameters: [id] }, found),
      delete: remove({ parameters: [id] }, { 204: { description: words } }),
    },
  };
}

type Describe = (parts: object, answer: object) => object;

function jsonOf(schema: string): object {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
}

function schemasOf(name: string, other: string): Record<string, object> {
  const texts = Array.from({ length: 25 }, (_, index) => [
    `field_${index}`,
    { type: 'string', description: words, minLength: 1, maxLength: 64 + index, examples: [`an example ${index}`] },
  ]);
  const properties = {
    ...Object.fromEntries(texts),
    kind: { type: 'string', enum: ['small', 'large', 'other'], description: words },
    count: { type: 'integer', minimum: 0, maximum: 1_000, description: words },
    tags: { type: 'array', maxItems: 50, items: { type: 'string' }, description: words },
    owner: { oneOf: [{ type: 'string' }, { $ref: `#/components/schemas/${other}Input` }] },
  };
  const input = { type: 'object', required: ['kind', 'field_0', 'field_1'], description: words, properties };
  const own = { id: { type: 'string', readOnly: true }, made_at: { type: 'string', format: 'date-time' } };
  return {
    [`${name}Input`]: input,
    [name]: {
      allOf: [{ $ref: `#/components/schemas/${name}Input` }, { type: 'object', required: ['id'], properties: own }],
    },
    [`${name}List`]: {
      type: 'object',
      required: ['items'],
      properties: {
        items: { type: 'array', items: { $ref: `#/components/schemas/${name}` } },
        next: { type: 'string' },
      },
    },
  };
}

const page = { name: 'page', in: 'query', description: words, schema: { type: 'integer', minimum: 1 } };
const size = { name: 'size', in: 'query', description: words, schema: { type: 'integer', minimum: 1, maximum: 100 } };
const error = {
  type: 'object',
  required: ['code'],
  properties: { code: { type: 'integer' }, message: { type: 'string' } },
};
const refused = {
  description: words,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};
