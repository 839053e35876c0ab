import { expect, it } from 'vitest';
import { createResolver } from '../document/lookup.js';
import { findMedia, fitMade } from './fit-made.js';

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
  Endless: { type: 'object', required: ['in'], properties: { in: node('Endless') } },
  Shape: { oneOf: [node('Planet'), { type: 'string' }] },
};
const resolve = createResolver({ components: { schemas } });
const fitted = (name: string, body: unknown) => fitMade(body, { schema: node(name) }, resolve);

it.each<[what: string, name: string, made: unknown, left: unknown]>([
  ['a field that may be left out', 'Planet', { id: 1, near: {} }, { id: 1 }],
  ['null, where there is none', 'Planet', { id: 1, near: null, moons: [null] }, { id: 1, moons: [] }],
  ['what a dynamic reference names', 'Open', { all: [null] }, { all: [] }],
])('a stub in place of %s goes', (_what, name, made, left) => {
  expect(fitted(name, made)).toEqual(left);
});

it('what is demanded and a stub, or not there, is made', () => {
  const moons = [{ planet: {} }, {}, { planet: { id: 2 } }];
  const left = [{ planet: { id: 0 } }, { planet: { id: 2 } }];
  expect(fitted('Planet', { id: 1, near: { id: 2, moons } })).toEqual({ id: 1, near: { id: 2, moons: left } });
  expect([fitted('Few', [{}]), fitted('Planet', {}), fitted('Planet', { moons: [] })]).toEqual([
    [{ id: 0 }],
    { id: 0 },
    { id: 0, moons: [] },
  ]);
});

it('what cannot end stays as it is, and so does what is no stub', () => {
  expect(fitted('Endless', { in: {} })).toEqual({ in: {} });
  expect(fitted('Planet', { id: 1, more: {} })).toEqual({ id: 1, more: {} });
  expect(fitted('Shape', 'text')).toBe('text');
});

it.each<[made: unknown, schema: object, left: unknown]>([
  ['string', { type: 'integer' }, 0],
  [1.5, { type: 'integer', minimum: 2 }, 2],
  [0, { type: 'number', exclusiveMinimum: 0, maximum: 0.5 }, 0.5],
  [9, { type: 'integer', exclusiveMaximum: 9, multipleOf: 4 }, 8],
  ['a', { enum: ['b', 'c'] }, 'b'],
  ['a', { const: null }, null],
  [true, { type: ['null', 'string'], default: 'x' }, 'x'],
  [1, { type: ['null'] }, null],
  [1, { type: 'boolean' }, true],
  ['x', { type: 'array', minItems: 1, items: { type: 'string', maxLength: 2 } }, ['st']],
  [[1, 'a', 2], { type: 'array', maxItems: 2, items: { type: 'integer' } }, [1, 0]],
  ['today', { type: 'string', format: 'date' }, '2024-02-29'],
  ['/a', { type: 'string', format: 'uri' }, 'https://example.com/a'],
  ['a', { type: 'string', minLength: 3 }, 'axx'],
  [
    { a: 1, b: 2 },
    { type: 'object', additionalProperties: false, properties: { a: { type: 'string' } } },
    { a: 'string' },
  ],
  [{ a: 'x' }, { type: 'object', additionalProperties: { type: 'integer' } }, { a: 0 }],
  [{ a: 1 }, { allOf: [{ properties: { a: { enum: [1, 2] } } }, { properties: { a: { enum: [2, 3] } } }] }, { a: 2 }],
  [1, { enum: [2], oneOf: [{ const: 1 }, { const: 2 }] }, 2],
  [
    { kind: 'b' },
    { anyOf: [{ required: ['c'], properties: { c: {} } }, { properties: { kind: { const: 'b' } } }] },
    { kind: 'b' },
  ],
  [
    { kind: 'x' },
    { oneOf: [{ properties: { kind: { const: 'a' } } }], required: ['on'], properties: { on: { type: 'boolean' } } },
    { kind: 'a', on: true },
  ],
])('what the schema does not take becomes what it takes: %j by %j', (made, schema, left) => {
  expect(fitMade(made, { schema }, resolve)).toEqual(left);
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
  expect(fitMade({ id: 'string' }, { schema }, resolve)).toEqual({ id: text });
});

it('a value that is listed as a shape of its own is the first of them', () => {
  const schema = { type: 'array', items: { type: 'string', oneOf: [{ const: 'bot' }, { const: 'user' }] } };
  expect(fitMade(['string', 'user'], { schema }, resolve)).toEqual(['bot', 'user']);
});

it('what is written and never read is in no answer, wherever it is said and though it is demanded', () => {
  const secret = { type: 'string', writeOnly: true };
  const login = {
    allOf: [node('Login'), { properties: { pin: node('Secret'), code: { ...node('Text'), writeOnly: true } } }],
  };
  const within = createResolver({
    components: {
      schemas: {
        Secret: secret,
        Text: { type: 'string' },
        Login: { type: 'object', required: ['name', 'password'], properties: { name: {}, password: secret } },
      },
    },
  });
  const schema = { type: 'array', minItems: 2, items: login };
  const made = [{ name: 'Ada', password: 'string', pin: 'string', code: 'string' }];
  expect(fitMade(made, { schema }, within)).toEqual([{ name: 'Ada' }, { name: expect.anything() }]);
  const alone = { type: 'object', required: ['password'], properties: { password: secret } };
  expect(fitMade({ password: 'string' }, { schema: alone }, within)).toEqual({});
});

it('an example stays as it is', () => {
  const example = { id: 1, near: {} };
  expect(fitMade(example, { schema: node('Planet'), example }, resolve)).toBe(example);
});

it('an answer has the media type of its status, of its range, or of default', () => {
  const media = { schema: {} };
  const answer = { content: { 'application/json': media } };
  const definition = { responses: { 200: answer, '4XX': answer } };
  expect(findMedia(definition, 200, 'application/json; charset=utf-8', resolve)).toBe(media);
  expect(findMedia(definition, 404, 'application/json', resolve)).toBe(media);
  expect(findMedia(definition, 500, 'application/json', resolve)).toEqual({});
});
