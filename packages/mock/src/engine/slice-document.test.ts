import { describe, expect, it } from 'vitest';
import { sliceDocument, writeOut } from './slice-document.js';

const node = {
  type: 'object',
  properties: { name: { $ref: '#/components/schemas/Name' }, next: { $ref: '#/components/schemas/Node' } },
};
const get = {
  parameters: [{ $ref: '#/components/parameters/Limit' }],
  responses: {
    200: {
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/Node' }, example: { $ref: '#/nowhere' } },
      },
    },
  },
};
const document = {
  openapi: '3.1.0',
  info: { title: 'T', version: '1' },
  paths: { '/a': { get, post: { responses: {} } }, '/b': { get: {} } },
  components: {
    schemas: { Node: node, Name: { type: 'string' }, Other: { type: 'object' } },
    parameters: { Limit: { name: 'limit', in: 'query', schema: { $ref: '#/components/schemas/Name' } } },
    securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
  },
};

describe('a slice of a document', () => {
  const slice = sliceDocument(document, '/a', 'GET');

  it('has one operation and all that it refers to, and nothing else', () => {
    expect(slice.paths).toMatchObject({ '/a': { get: { parameters: get.parameters } } });
    expect(Object.keys(Object(slice.paths)['/a'])).toEqual(['get']);
    expect(slice.components).toEqual({
      schemas: { Node: node, Name: { type: 'string' } },
      parameters: document.components.parameters,
      securitySchemes: document.components.securitySchemes,
    });
  });

  it('is a copy, in which what leads nowhere is nothing', () => {
    expect(slice.paths).toHaveProperty(['/a', 'get', 'responses', '200', 'content', 'application/json', 'example'], {});
    expect(get.responses[200].content['application/json'].example).toEqual({ $ref: '#/nowhere' });
  });

  it('is written out but for a schema within itself', () => {
    const written = writeOut(slice);
    expect(written.paths).toHaveProperty(['/a', 'get', 'parameters', '0'], {
      name: 'limit',
      in: 'query',
      schema: { type: 'string' },
    });
    expect(written.paths).toHaveProperty(['/a', 'get', 'responses', '200', 'content', 'application/json', 'schema'], {
      type: 'object',
      properties: { name: { type: 'string' }, next: { $ref: '#/components/schemas/Node' } },
    });
  });

  it('has the value of an example that another names as its own, and an example that is referred to as one', () => {
    const owner = { $ref: '#/components/examples/Ada' };
    const examples = { one: { value: { owner } }, two: owner };
    const response = { content: { 'application/json': { examples } } };
    const paths = { '/a': { get: { responses: { 200: response } } } };
    const written = writeOut(
      sliceDocument({ paths, components: { examples: { Ada: { value: 'ada' } } } }, '/a', 'GET'),
    );
    expect(written.paths).toHaveProperty(['/a', 'get', 'responses', '200', 'content', 'application/json', 'examples'], {
      one: { value: { owner: 'ada' } },
      two: { value: 'ada' },
    });
  });
});
