import type { Mock } from '@nexconn-kit/mock';
import { beforeAll, expect, it } from 'vitest';
import { mockOfDocument } from '../support/mock-of-document.js';

const [text, price] = [{ type: 'string' }, { type: 'number', multipleOf: 0.01 }];
const schemas: Readonly<Record<string, object>> = {
  price: { properties: { price } },
  multipleOf: { properties: { multipleOf: { type: 'integer', multipleOf: 5 } } },
  unevaluated: { allOf: [{ properties: { name: text } }], properties: { id: text }, unevaluatedProperties: false },
  dependent: { properties: { from: text, until: text }, dependentRequired: { until: ['from'] } },
  contains: { properties: { list: { type: 'array', contains: { const: 1 }, minContains: 2 } } },
};

let mock: Mock;
beforeAll(async () => {
  const paths = Object.entries(schemas).map(([name, schema]) => [
    `/${name}/{status}`,
    {
      parameters: [{ name: 'status', in: 'path', required: true, schema: text }],
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: { type: 'object', ...schema } },
            'application/xml': {},
            'application/x-www-form-urlencoded': { schema: { type: 'object' } },
          },
        },
        responses: {
          200: { description: 'Done.', content: { 'application/json': { example: { done: true } } } },
          409: { description: 'No.' },
        },
      },
    },
  ]);
  mock = await mockOfDocument({ paths: Object.fromEntries(paths) });
});

// Stock Prism knows none of these keywords, and divides 19.99 by 0.01 as computers do.
it.each<[name: string, status: number, body: object, field?: string]>([
  ['price', 200, { price: 19.99 }],
  ['price', 200, { price: -0.07 }],
  ['price', 200, { price: 1e9 }],
  ['price', 422, { price: 1.155 }, 'price'],
  ['multipleOf', 200, { multipleOf: 5 }],
  ['multipleOf', 422, { multipleOf: 6 }, 'multipleOf'],
  ['unevaluated', 200, { id: '1', name: 'Ada' }],
  ['unevaluated', 422, { id: '1', other: 'Ada' }, 'other'],
  ['dependent', 200, { from: 'a', until: 'b' }],
  ['dependent', 422, { until: 'b' }, 'from'],
  ['contains', 200, { list: [1, 2, 1] }],
  ['contains', 422, { list: [1, 2] }, 'list'],
])('a body of %s is answered with %i where it is %j', async (name, status, body, field) => {
  // What Prism itself answers is asked for, past the way of requests that are plainly good.
  const headers = { 'content-type': 'application/json', prefer: 'dynamic=true' };
  const request = new Request(`http://mock/${name}/1`, { method: 'POST', headers, body: JSON.stringify(body) });
  const response = await mock.fetch(request);
  expect(response.status).toBe(status);
  if (field !== undefined) {
    const { validation } = (await response.json()) as { validation: { location: string[]; message: string }[] };
    expect(validation.map(({ message }) => message).join()).toContain(field);
    expect(validation.every(({ location }) => location[0] === 'body')).toBe(true);
  }
});

it.each([
  ['application/xml', '<order/>'],
  ['application/x-www-form-urlencoded', 'id=1&other=Ada'],
])('a body of another media type is not judged by the schema of JSON: %s', async (type, body) => {
  const headers = { 'content-type': type, prefer: 'dynamic=true' };
  const response = await mock.fetch(new Request('http://mock/unevaluated/1', { method: 'POST', headers, body }));
  expect(response.status).toBe(200);
});
