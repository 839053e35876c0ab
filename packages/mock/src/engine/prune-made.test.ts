import { expect, it } from 'vitest';
import { createResolver } from '../document/lookup.js';
import { findMedia, pruneMade } from './prune-made.js';

const node = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const schemas = {
  Planet: {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'integer' }, moons: { type: 'array', items: node('Moon') }, near: node('Planet') },
  },
  Moon: { allOf: [{ type: 'object', required: ['planet'] }, { properties: { planet: node('Planet') } }] },
  Few: { type: 'array', minItems: 1, items: node('Planet') },
  Open: { type: 'object', properties: { all: { type: 'array', items: { $dynamicRef: '#item' } } } },
  Shape: { oneOf: [node('Planet'), { type: 'string' }] },
};
const resolve = createResolver({ components: { schemas } });
const prune = (name: string, body: unknown) => pruneMade(body, { schema: node(name) }, resolve);

it.each<[what: string, name: string, made: unknown, left: unknown]>([
  ['a field that may be left out', 'Planet', { id: 1, near: {} }, { id: 1 }],
  [
    'an item',
    'Planet',
    { id: 1, moons: [{ planet: {} }, { planet: { id: 2 } }] },
    { id: 1, moons: [{ planet: { id: 2 } }] },
  ],
  ['null, where there is none', 'Planet', { id: 1, near: null, moons: [null] }, { id: 1, moons: [] }],
  [
    'one of several shapes',
    'Planet',
    { id: 1, near: { id: 2, moons: [{ planet: {} }] } },
    { id: 1, near: { id: 2, moons: [] } },
  ],
  ['what a dynamic reference names', 'Open', { all: [null] }, { all: [] }],
])('a stub in place of %s goes', (_what, name, made, left) => {
  expect(prune(name, made)).toEqual(left);
});

it('what cannot be without its stub stays as it is, and so does what is no stub', () => {
  expect(prune('Few', [{}])).toEqual([{}]);
  expect(prune('Planet', {})).toEqual({});
  expect(prune('Planet', { id: 'x', more: {} })).toEqual({ id: 'x', more: {} });
  expect(prune('Shape', 'text')).toBe('text');
});

it.each([
  ['^(0|[1-9][0-9]*)$', '0'],
  ['^[a-f0-9]{40}$', `a${'0'.repeat(39)}`],
  ['^#[A-F]{6}$', '#AAAAAA'],
  ['^[A-Z]{2}$', 'US'],
  ['^never(?!)$', 'string'],
  ['(', 'string'],
])('a text that Prism has made is one of the pattern %s', (pattern, text) => {
  const schema = { type: 'object', properties: { id: { type: 'string', pattern } } };
  expect(pruneMade({ id: 'string' }, { schema }, resolve)).toEqual({ id: text });
  const shown = { ...schema, properties: { id: { type: 'string', pattern, default: 'string' } } };
  expect(pruneMade({ id: 'string' }, { schema: shown }, resolve)).toEqual({ id: 'string' });
});

it('a value that is listed as a shape of its own is the first of them', () => {
  const schema = { type: 'array', items: { type: 'string', oneOf: [{ const: 'bot' }, { const: 'user' }] } };
  expect(pruneMade(['string', 'user'], { schema }, resolve)).toEqual(['bot', 'user']);
});

it('an example stays as it is', () => {
  const example = { id: 1, near: {} };
  expect(pruneMade(example, { schema: node('Planet'), example }, resolve)).toBe(example);
});

it('an answer has the media type of its status, of its range, or of default', () => {
  const media = { schema: {} };
  const answer = { content: { 'application/json': media } };
  const definition = { responses: { 200: answer, '4XX': answer } };
  expect(findMedia(definition, 200, 'application/json; charset=utf-8', resolve)).toBe(media);
  expect(findMedia(definition, 404, 'application/json', resolve)).toBe(media);
  expect(findMedia(definition, 500, 'application/json', resolve)).toEqual({});
});
