import type { Operation } from '@nexconn-kit/contract';
import { expect, it } from 'vitest';
import { type Api, toApi } from './api.js';
import { describeDocument } from './describe.js';

const operation: Operation = {
  operationId: 'changeUser',
  method: 'PUT',
  path: '/v4/users/{userId}',
  summary: 'Change a user',
  parameters: [
    { name: 'userId', in: 'path', required: true },
    { name: 'dry', in: 'query', required: false },
  ],
  body: { contentType: 'application/json', required: true, fields: ['name', 'age', 'tags', 'mood'], emptyIsAbsent: [] },
  rateLimit: null,
  successStatus: 200,
  statuses: [200],
  hasAnswerBody: false,
};

const document = {
  openapi: '3.1.0',
  info: { title: 'Another API', version: '2' },
  security: [{ signature: [] }],
  paths: {
    '/v4/users/{userId}': {
      parameters: [
        { name: 'userId', in: 'path', schema: { $ref: '#/components/schemas/Id' }, description: 'Who.\n\nMore.' },
      ],
      put: {
        operationId: 'changeUser',
        parameters: [{ name: 'dry', in: 'query', schema: { type: 'boolean', default: false } }],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                allOf: [
                  { type: 'object', required: ['name'], properties: { name: { type: ['string', 'null'] } } },
                  { $ref: '#/components/schemas/More' },
                ],
              },
              examples: { one: { value: { name: 'Ada', tags: ['a'] } } },
            },
          },
        },
        responses: {},
      },
    },
  },
  components: {
    schemas: {
      Id: { type: 'string', minLength: 1, maxLength: 64, 'x-max-bytes': 60, pattern: '^a', examples: ['ada1'] },
      More: {
        properties: {
          age: { type: 'integer', description: 'In  whole\nyears.' },
          tags: { type: 'array' },
          mood: { enum: ['good', 3], type: 'string', minLength: -1, maxLength: '9', pattern: 4 },
        },
      },
    },
  },
};

function describe(changes: object = {}) {
  const api = { ...toApi(), document: { ...document, ...changes }, operations: { changeUser: operation } } as Api;
  return describeDocument(api);
}

it('describes parameters and fields with what a form needs, through references and allOf', () => {
  expect(describe().operations).toEqual([
    {
      operationId: 'changeUser',
      method: 'PUT',
      path: '/v4/users/{userId}',
      summary: 'Change a user',
      signed: true,
      contentType: 'application/json',
      fields: [
        {
          ...{ name: 'userId', in: 'path', required: true, type: 'string', description: 'Who.', example: 'ada1' },
          ...{ minLength: 1, maxLength: 64, maxBytes: 60, pattern: '^a' },
        },
        { name: 'dry', in: 'query', required: false, type: 'boolean', example: 'false' },
        { name: 'name', in: 'body', required: true, type: 'string', example: 'Ada' },
        { name: 'age', in: 'body', required: false, type: 'integer', description: 'In whole years.' },
        { name: 'tags', in: 'body', required: false, type: 'json', example: '["a"]' },
        { name: 'mood', in: 'body', required: false, type: 'string', values: ['good', '3'] },
      ],
    },
  ]);
});

it.each([
  [[], false],
  [[{ signature: [] }, {}], false],
  [[{ signature: [] }], true],
])('with the security %j says that it is signed: %s', (security, signed) => {
  expect(describe({ security }).operations[0]?.signed).toBe(signed);
});

it('ends with a schema that contains itself', () => {
  const schemas = { ...document.components.schemas, More: { allOf: [{ $ref: '#/components/schemas/More' }] } };
  expect(describe({ components: { schemas } }).operations[0]?.fields).toHaveLength(6);
});
