import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json/types.js';
import { liftDocument } from './lift-document.js';

const schemaOf = (openapi: string, schema: JsonObject): unknown => {
  const { document } = liftDocument({ openapi, components: { schemas: { S: schema } } });
  return (document as unknown as { components: { schemas: { S: unknown } } }).components.schemas.S;
};

describe('a schema of 3.0', () => {
  it.each<[what: string, written: JsonObject, lifted: JsonObject]>([
    ['that may be null', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['that may not', { type: 'string', nullable: false }, { type: 'string' }],
    [
      'of values, that may be null',
      { type: 'string', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    ['without a type, of which null is none', { nullable: true, minLength: 1 }, { minLength: 1 }],
    ['with an exclusive bound', { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
    ['with a bound that is none', { maximum: 1, exclusiveMaximum: false }, { maximum: 1 }],
    ['with an example', { type: 'string', example: 'a' }, { type: 'string', examples: ['a'] }],
    [
      'with a field that is required, as it was written before',
      { properties: { a: { required: true } } },
      { properties: { a: {} } },
    ],
    [
      'within others',
      {
        allOf: [{ items: { nullable: true, type: 'integer' } }],
        additionalProperties: { type: 'number', nullable: true },
      },
      { allOf: [{ items: { type: ['integer', 'null'] } }], additionalProperties: { type: ['number', 'null'] } },
    ],
  ])('%s', (_, written, lifted) => {
    expect(schemaOf('3.0.3', written)).toEqual(lifted);
  });

  it('leaves what is only shown, and fields with the names of keywords', () => {
    const schema = {
      properties: { nullable: { type: 'string' }, example: { type: 'integer' } },
      default: { nullable: true },
    };
    expect(schemaOf('3.0.3', schema)).toEqual(schema);
    expect(schemaOf('3.1.0', { type: 'string', nullable: true })).toEqual({ type: 'string', nullable: true });
  });

  it('lifts parameters, headers and bodies, and the version last', () => {
    const schema = { type: 'string', nullable: true };
    const media = { content: { 'text/plain': { schema } } };
    const get = {
      parameters: [{ name: 'a', in: 'query', schema }],
      requestBody: media,
      responses: { 200: { ...media, headers: { X: { schema } } } },
    };
    const { document } = liftDocument({ openapi: '3.0.0', paths: { '/a': { get } } });
    expect(document.openapi).toBe('3.1.0');
    expect(JSON.stringify(document).match(/"type":\["string","null"\]/g)).toHaveLength(4);
  });
});

it('parts of a form have no styles in 3.0, where fields in the encoding of a URL have them', () => {
  const encoding = { a: { style: 'form', explode: false, contentType: 'text/plain' } };
  const content = { 'multipart/form-data': { encoding }, 'application/x-www-form-urlencoded': { encoding } };
  const body = (openapi: string) => liftDocument({ openapi, components: { requestBodies: { Form: { content } } } });
  const place = (type: string) => ['components', 'requestBodies', 'Form', 'content', type, 'encoding'];
  const [old, later] = [body('3.0.3').document, body('3.1.0').document];
  expect(old).toHaveProperty(place('multipart/form-data'), { a: { contentType: 'text/plain' } });
  expect(old).toHaveProperty(place('application/x-www-form-urlencoded'), encoding);
  expect(later).toHaveProperty(place('multipart/form-data'), encoding);
});

it('a mapping that names a schema refers to it', () => {
  const discriminator = { propertyName: 'kind', mapping: { a: 'Cat', b: '#/components/schemas/Cat', c: './Dog.yaml' } };
  const { document } = liftDocument({ openapi: '3.1.0', components: { schemas: { Cat: {}, Pet: { discriminator } } } });
  expect(document).toHaveProperty('components.schemas.Pet.discriminator.mapping', {
    ...{ a: '#/components/schemas/Cat', b: '#/components/schemas/Cat', c: './Dog.yaml' },
  });
});

describe('a document of 3.2', () => {
  const responses = { 200: { content: { 'application/jsonl': { itemSchema: { type: 'integer' } } } } };

  it('keeps its methods and its query as a whole, which 3.1 has no words for', () => {
    const get = {
      parameters: [
        { name: 'q', in: 'querystring' },
        { name: 'c', in: 'cookie', style: 'cookie' },
      ],
      responses,
    };
    const paths = { '/a': { get, query: { responses }, additionalOperations: { COPY: { responses } } } };
    const { document, leftOut } = liftDocument({ openapi: '3.2.0', paths });
    expect(leftOut).toEqual([]);
    const lifted = {
      200: { content: { 'application/jsonl': { schema: { type: 'array', items: { type: 'integer' } } } } },
    };
    expect(document).toEqual({
      openapi: '3.2.0',
      paths: {
        '/a': {
          get: { parameters: [get.parameters[0], { name: 'c', in: 'cookie', style: 'form' }], responses: lifted },
          query: { responses: lifted },
          additionalOperations: { COPY: { responses: lifted } },
        },
      },
    });
  });

  it('has methods left out, by name, that have a field or that no request can have', () => {
    const additionalOperations = { Get: {}, CONNECT: {}, 'A B': {}, COPY: {} };
    const { document, leftOut } = liftDocument({ openapi: '3.2.0', paths: { '/a': { additionalOperations } } });
    expect(leftOut.map(({ message }) => message)).toEqual([
      'The method Get has a field of its own.',
      'No request can have the method CONNECT.',
      'No request can have the method A B.',
    ]);
    expect(document.paths).toEqual({ '/a': { additionalOperations: { COPY: {} } } });
  });

  it('keeps what says how parts without names are written', () => {
    const encodings = { itemEncoding: { contentType: 'image/png' }, prefixEncoding: [{}] };
    const requestBodies = { Parts: { content: { 'multipart/mixed': { itemSchema: {}, ...encodings } } } };
    const { document, leftOut } = liftDocument({ openapi: '3.2.0', components: { requestBodies } });
    expect(leftOut).toEqual([]);
    expect(document.openapi).toBe('3.2.0');
    expect(document).toHaveProperty('components.requestBodies.Parts.content', {
      'multipart/mixed': { schema: { type: 'array', items: {} }, ...encodings },
    });
  });

  it('has media types that it refers to, and examples by their data', () => {
    const { document } = liftDocument({
      ...{ openapi: '3.2.0', components: { mediaTypes: { M: { schema: { type: 'string' } } } } },
      paths: {
        '/a': { get: { responses: { 200: { content: { 'text/plain': { $ref: '#/components/mediaTypes/M' } } } } } },
      },
      'x-none': 1,
    });
    expect(document).toHaveProperty('paths./a.get.responses.200.content', {
      'text/plain': { schema: { type: 'string' } },
    });
    const examples = { one: { dataValue: { a: 1 } }, two: { serializedValue: 'a' }, three: { value: 3 } };
    const lifted = liftDocument({ openapi: '3.2.0', components: { examples } }).document;
    expect(lifted).toHaveProperty('components.examples', {
      one: { value: { a: 1 } },
      two: { value: 'a' },
      three: { value: 3 },
    });
  });
});
