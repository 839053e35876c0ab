import type { Mock } from '@nexconn-kit/mock';
import { beforeAll, expect, it } from 'vitest';
import { mockOfDocument } from '../support/mock-of-document.js';

const [text, whole] = [{ type: 'string' }, { type: 'integer' }];
const pair = { type: 'array', prefixItems: [text, whole] };
const closed = { ...pair, items: false };
const shown = { prefixItems: [1], items: 2 };
const schemas: Readonly<Record<string, object>> = {
  pair,
  closed,
  others: { ...pair, items: { type: 'boolean' } },
  nested: { properties: { example: { type: 'array', items: closed } } },
  named: { $ref: '#/components/schemas/Closed' },
  demanding: {
    type: 'array',
    prefixItems: [{ required: ['id'], properties: { id: { readOnly: true } } }],
    items: text,
  },
};

let mock: Mock;
beforeAll(async () => {
  const paths = Object.entries(schemas).map(([name, schema]) => [
    `/${name}`,
    {
      post: {
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses: {
          200: { description: 'Done.', content: { 'application/json': { example: shown, schema: {} } } },
          422: { description: 'Refused.' },
        },
      },
    },
  ]);
  mock = await mockOfDocument({ paths: Object.fromEntries(paths), components: { schemas: { Closed: closed } } });
});

// Stock Prism reads an older draft of JSON Schema: it knows no `prefixItems`, and asks each item for what `items` says.
it.each<[name: string, status: number, body: unknown]>([
  ['pair', 200, ['a', 1, true]],
  ['pair', 422, ['a', 'b']],
  ['closed', 200, ['a', 1]],
  ['closed', 200, ['a']],
  ['closed', 422, ['a', 1, 2]],
  ['others', 200, ['a', 1, true, false]],
  ['others', 422, ['a', 1, 'b']],
  ['nested', 200, { example: [['a', 1], []] }],
  ['nested', 422, { example: [['a', 1, 2]] }],
  ['named', 200, ['a', 1]],
  ['named', 422, [1]],
  ['demanding', 200, [{}, 'a']],
  ['demanding', 422, [{}, 1]],
])('a list with a schema for each place is judged by it: %s answers %i to %j', async (name, status, body) => {
  const headers = { 'content-type': 'application/json' };
  const request = new Request(`http://mock/${name}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const response = await mock.fetch(request);
  expect(response.status).toBe(status);
  if (status === 200) expect(await response.json()).toEqual(shown);
});
