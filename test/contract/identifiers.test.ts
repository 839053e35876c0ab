import type { LoadedDocument } from '@nexconn-kit/document';
import { beforeAll, expect, it } from 'vitest';
import { loadParts } from '../support/mock-of-document.js';
import { createOracleOf, type JudgeSchema } from './schema-oracle.js';

const text = { type: 'string' };
/** As JSON Schema 2020-12 has it, a `$ref` is meant from the nearest `$id` around it. */
const schemas = {
  Tree: {
    $id: 'https://example.com/schemas/tree',
    $defs: { leaf: { type: 'integer' } },
    type: 'object',
    required: ['value'],
    properties: { value: { $ref: '#/$defs/leaf' }, children: { type: 'array', items: { $ref: '#' } } },
  },
  Owner: {
    $id: 'https://example.com/schemas/owner',
    type: 'object',
    required: ['name'],
    properties: { name: text, pet: { $ref: 'pet' }, friends: { type: 'array', items: { $ref: '#' } } },
  },
  Pet: {
    $id: 'https://example.com/schemas/pet',
    $defs: { short: { $anchor: 'tag', type: 'string', maxLength: 3 } },
    type: 'object',
    properties: { tag: { $ref: '#tag' }, owner: { $ref: '/schemas/owner' } },
  },
  Plain: {
    type: 'object',
    properties: {
      owner: { $ref: 'https://example.com/schemas/owner' },
      tag: { $ref: 'https://example.com/schemas/pet#tag' },
      leaf: { $ref: 'https://example.com/schemas/tree#/$defs/leaf' },
      trees: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
    },
  },
  Nested: {
    $id: 'https://example.com/other/',
    type: 'object',
    properties: {
      inner: { $id: 'inner', $defs: { n: { type: 'number' } }, properties: { n: { $ref: '#/$defs/n' } } },
      again: { $ref: 'inner' },
    },
    $defs: { n: text },
  },
  Named: { type: 'object', properties: { $id: text, $anchor: text, own: { $ref: 'named' } } },
  Own: { $id: 'named', type: 'integer' },
  OpenTree: {
    $id: 'https://example.com/open-tree',
    $dynamicAnchor: 'node',
    type: 'object',
    properties: { value: true, children: { type: 'array', items: { $dynamicRef: '#node' } } },
  },
  StrictTree: {
    $id: 'https://example.com/strict-tree',
    $dynamicAnchor: 'node',
    $ref: 'open-tree',
    unevaluatedProperties: false,
  },
};

const bodies: Readonly<Record<keyof typeof schemas, readonly object[]>> = {
  Tree: [{ value: 1 }, { value: 'a' }, { value: 1, children: [{ value: 2 }] }, { value: 1, children: [{}] }],
  Owner: [{ name: 'a' }, { name: 'a', pet: { tag: 'abcd' } }, { name: 'a', pet: { owner: {} } }, { friends: [] }],
  Pet: [{ tag: 'abc' }, { tag: 'abcd' }, { owner: { name: 'a' } }, { owner: { name: 1 } }],
  Plain: [{ owner: {} }, { tag: 'abcd' }, { tag: 'abc' }, { leaf: 1 }, { leaf: 'a' }, { trees: [{ value: 'a' }] }],
  Nested: [{ inner: { n: 1 } }, { inner: { n: 'a' } }, { again: { n: 1 } }, { again: { n: 'a' } }],
  Named: [{ $id: 'pet' }, { $id: 1 }, { $anchor: 'pet' }, { $anchor: 1 }, { own: 1 }, { own: 'a' }],
  Own: [],
  OpenTree: [{ value: 1, children: [{ other: 1 }] }, { children: [1] }],
  StrictTree: [{ children: [{ value: 1 }] }, { children: [{ other: 1 }] }, { other: 1 }, { children: [] }],
};

const paths = Object.keys(schemas).map((name) => {
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
  const post = {
    operationId: name,
    requestBody: { required: true, content },
    responses: { 204: { description: 'Done.' } },
  };
  return [`/${name}`, { post }];
});

let loaded: LoadedDocument;
let isValid: JudgeSchema;
beforeAll(async () => {
  loaded = await loadParts({ components: { schemas }, paths: Object.fromEntries(paths) });
  isValid = createOracleOf({ components: { schemas } });
});

it.each(Object.entries(bodies))('%s is judged as hyperjump does', async (name, some) => {
  const verdicts = await Promise.all(some.map((body) => isValid(`/components/schemas/${name}`, body)));
  expect(some.map((body) => loaded.validators[name]?.(body).length === 0)).toEqual(verdicts);
  if (some.length > 0) expect(new Set(verdicts).size).toBe(2);
});

it('nothing of it is left out or warned of', () => {
  expect(loaded.warnings).toEqual([]);
});
