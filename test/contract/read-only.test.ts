import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import { describe, expect, it } from 'vitest';

const readOnly = { type: 'integer', readOnly: true };
const item = { type: 'object', required: ['id', 'name'], properties: { id: readOnly, name: { type: 'string' } } };
const named = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const nodeProperties = { next: named('Node'), all: { type: 'array', items: named('Node') } };
const schemas = {
  Id: readOnly,
  Item: item,
  Node: { ...item, properties: { ...item.properties, ...nodeProperties } },
  Tree: {
    type: 'object',
    required: ['id'],
    properties: { id: named('Id'), in: { additionalProperties: named('Tree') } },
  },
};
const good = { name: 'a' };

/** A schema, a body without what is read-only in it, and one that lacks a name as well. */
type Case = readonly [where: string, schema: object, good: unknown, bad?: unknown];
const cases: readonly Case[] = [
  ['its own properties', item, good, {}],
  ['a property behind a reference', { required: ['id'], properties: { id: named('Id') } }, {}],
  ['a property made by allOf', { required: ['id'], properties: { id: { allOf: [named('Id')] } } }, {}],
  ['a property of a property', { properties: { in: item } }, { in: good }, { in: {} }],
  ['items', { type: 'array', items: item }, [good], [{}]],
  ['items of items', { type: 'array', items: { type: 'array', items: item } }, [[good]], [[{}]]],
  ['additionalProperties', { type: 'object', additionalProperties: item }, { x: good }, { x: {} }],
  ['allOf', { allOf: [item, { required: ['b'] }] }, { ...good, b: 1 }, { b: 1 }],
  ['allOf, which demands it in another part', { allOf: [named('Item'), { required: ['id', 'name'] }] }, good, {}],
  ['allOf beside the properties', { properties: { id: readOnly }, allOf: [{ required: ['id'] }] }, {}],
  ['allOf beside what demands it', { required: ['id'], allOf: [{ properties: { id: readOnly } }] }, {}],
  ['oneOf', { oneOf: [named('Item'), { type: 'string' }] }, good, {}],
  ['anyOf', { anyOf: [item, { type: 'string' }] }, good, {}],
  [
    'a property of several kinds',
    { properties: { in: { oneOf: [item, { type: 'string' }] } } },
    { in: good },
    { in: {} },
  ],
  ['a schema that contains itself', named('Node'), { ...good, next: good }, { ...good, next: {} }],
  ['one deeper within itself', named('Node'), { ...good, all: [{ ...good, next: { ...good, all: [good] } }] }],
  ['one that contains itself by any name', named('Tree'), { in: { a: { in: { b: {} } } } }],
];
const casesOf31: readonly Case[] = [
  ['patternProperties', { type: 'object', patternProperties: { '^x': item } }, { x: good }, { x: {} }],
  ['a condition', { type: 'object', if: { required: ['other'] }, else: item }, good],
  ['$defs', { properties: { in: named('Holder/$defs/Held') } }, { in: good }, { in: {} }],
];

// Of these stock Prism knows the properties and lists that are plain, and those of allOf.
describe.each([
  ['3.0.3', cases],
  ['3.1.0', [...cases, ...casesOf31]],
])('in OpenAPI %s, what is required and read-only is not asked of a request', (openapi, all) => {
  it('by the mock and by the validators: in whichever place it stands', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-read-only-'));
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(documentOf(openapi, all)));
    const document = await loadDocument(file);
    await rm(folder, { recursive: true });
    const mock = createMock({ document, rateLimit: false });
    const verdicts = async (index: number, body: unknown): Promise<object> => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const { status } = await mock.fetch(new Request(`http://mock.test/${index}`, init));
      return { mock: status, validators: document.validators[`case${index}`]?.(body).length === 0 };
    };
    for (const [index, [where, , good, bad]] of all.entries()) {
      expect(await verdicts(index, good), where).toEqual({ mock: 200, validators: true });
      if (bad === undefined) continue;
      expect(await verdicts(index, bad), `${where}, without a name`).toEqual({ mock: 422, validators: false });
    }
  });
});

function documentOf(openapi: string, all: readonly Case[]): object {
  const responses = { 200: { description: 'Done.', content: { 'application/json': { example: {} } } } };
  const paths = all.map(([, schema], index) => {
    const requestBody = { required: true, content: { 'application/json': { schema } } };
    return [`/${index}`, { post: { operationId: `case${index}`, requestBody, responses } }];
  });
  const Holder = { $defs: { Held: item } };
  const components = { schemas: openapi.startsWith('3.0') ? schemas : { ...schemas, Holder } };
  return {
    openapi,
    info: { title: 'Read-only', version: '1.0.0' },
    security: [],
    paths: Object.fromEntries(paths),
    components,
  };
}
