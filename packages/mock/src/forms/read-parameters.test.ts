import { expect, it } from 'vitest';
import { createParameterReader } from './read-parameters.js';

const whole = { type: 'integer' };
const point = { type: 'object', properties: { x: whole, y: { type: 'string' } } };
const query = (name: string, schema: object, more: object = {}) => ({ in: 'query', name, schema, ...more });
const definition = {
  parameters: [
    { $ref: '#/components/parameters/Limit' },
    query('on', { type: 'boolean' }),
    query('ids', { type: 'array', items: whole }),
    query('piped', { type: 'array', items: whole }, { style: 'pipeDelimited' }),
    query('point', point),
    query('deep', point, { style: 'deepObject' }),
    { in: 'query', name: 'json', content: { 'application/json': { schema: point } } },
    { in: 'path', name: 'list', schema: { type: 'array', items: whole } },
  ],
};
const path = '/a/{id}/{list}';
const document = {
  paths: { [path]: { parameters: [{ in: 'path', name: 'id', schema: whole }], get: definition } },
  components: { parameters: { Limit: query('limit', whole) } },
};
const readParameters = createParameterReader(document);
const read = (text: string, pathParameters: Record<string, string> = {}) =>
  readParameters({ definition, operation: { path }, pathParameters }, new URLSearchParams(text));

it.each<[text: string, values: object]>([
  ['limit=1&on=true&other=1', { limit: 1, on: true, other: '1' }],
  ['limit=x', { limit: 'x' }],
  ['ids=1', { ids: [1] }],
  ['ids=1&ids=2&piped=3|4', { ids: [1, 2], piped: [3, 4] }],
  ['x=1&y=2', { point: { x: 1, y: '2' } }],
  ['deep[x]=1&deep[y]=2', { deep: { x: 1, y: '2' } }],
  ['json={"x":1}', { json: { x: 1 } }],
  ['', {}],
])('the parameters %s of a query are of the types of their schemas', (text, values) => {
  expect(read(text)).toEqual(values);
});

it('so are those of a path, which come before', () => {
  expect(read('id=2', { id: '1', list: '1,2' })).toEqual({ id: 1, list: [1, 2] });
});
