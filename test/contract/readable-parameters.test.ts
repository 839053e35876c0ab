import type { Mock } from '@nexconn-kit/mock';
import { beforeAll, describe, expect, it } from 'vitest';
import { mockOfDocument } from '../support/mock-of-document.js';

const [texts, numbers] = [
  { type: 'array', items: { type: 'string' } },
  { type: 'array', items: { type: 'number' } },
];
const [roles, point] = [
  { name: 'X-Roles', in: 'header', schema: { ...texts, maxItems: 2 } },
  { name: 'X-Point', in: 'header', schema: { type: 'object', properties: { x: { type: 'integer' } } } },
];
const operations = {
  headers: [roles, point],
  required: [{ ...roles, required: true }],
  spaced: [{ name: 'near', in: 'query', style: 'spaceDelimited', explode: false, schema: { ...numbers, minItems: 2 } }],
  spread: [{ name: 'near', in: 'query', style: 'spaceDelimited', schema: { ...numbers, minItems: 2 } }],
  json: [
    {
      ...{ name: 'where', in: 'query' },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Where' } } },
    },
  ],
};
const where = {
  ...{ type: 'object', minProperties: 1, additionalProperties: false },
  properties: { at: { ...numbers, minItems: 2 }, not: { $ref: '#/components/schemas/Where' } },
};

let mock: Mock;
beforeAll(async () => {
  const responses = { 204: { description: 'Done.' }, 422: { description: 'Refused.' } };
  const paths = Object.entries(operations).map(([name, parameters]) => [
    `/${name}`,
    { get: { parameters, responses } },
  ]);
  mock = await mockOfDocument({ paths: Object.fromEntries(paths), components: { schemas: { Where: where } } });
});

async function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
  return (await mock.fetch(new Request(`http://mock${path}`, { headers }))).status;
}

// Stock Prism fails inside where such a header is absent.
describe('a header that is a list or an object', () => {
  it.each<[headers: Record<string, string>, status: number]>([
    [{}, 204],
    [{ 'x-roles': 'a,b' }, 204],
    [{ 'x-roles': 'a,b,c' }, 422],
    [{ 'x-point': 'x,1' }, 204],
    [{ 'x-point': 'x,one' }, 422],
    [{ 'x-point': 'x,1', 'x-roles': 'a,b,c' }, 422],
    [{}, 204],
  ])('may be absent: %j is answered with %i', async (headers, status) => {
    expect(await statusOf('/headers', headers)).toBe(status);
  });

  it('is asked for where it is required', async () => {
    expect(await statusOf('/required')).toBe(422);
    expect(await statusOf('/required', { 'x-roles': 'a' })).toBe(204);
    expect(await statusOf('/required')).toBe(422);
  });
});

// Stock Prism looks for the three letters %20 between the items of a query that it has read.
it.each([
  ['/spaced?near=1%202', 204],
  ['/spaced?near=1+2', 204],
  ['/spaced?near=1', 422],
  ['/spaced?near=1%20b', 422],
  ['/spread?near=1&near=2', 204],
  ['/spread?near=1', 422],
])('a list whose items are parted by spaces is read as that: %s is answered with %i', async (path, status) => {
  expect(await statusOf(path)).toBe(status);
});

// Stock Prism takes whatever such a parameter is.
it.each([
  ['', 204],
  ['{"at":[1,2]}', 204],
  ['{"not":{"not":{"at":[1,2]}}}', 204],
  ['{}', 422],
  ['{"at":[1]}', 422],
  ['{"not":{"at":7}}', 422],
  ['{"near":1}', 422],
  ['"at"', 422],
  ['{"at":', 422],
])('a parameter in JSON is judged by its schema: %s is answered with %i', async (value, status) => {
  expect(await statusOf(value === '' ? '/json' : `/json?where=${encodeURIComponent(value)}`)).toBe(status);
});
