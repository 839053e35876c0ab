import { expect, it } from 'vitest';
import { narrowJson, narrowText } from './narrow-text.js';
import { parseSourceFile } from './parse-file.js';
import { resolvePointer } from './resolve-pointer.js';
import { positionAt } from './source-file.js';

const text = `---
# A document.
openapi: 3.1.0
info: # of it
  title: Zoo
  'x-note': |
    paths:
      /no: {}
paths:

  # The first.
  /animals:
    get:
      parameters:
      - name: kind
        in: query
      responses: {'200': {description: Some.}}
  "/animals/{id}":
    $ref: '#/components/pathItems/One'
tags:
- name: animals
  description: All
    of them
- name: keepers
components:
  pathItems:
    One:
      get:
        responses: {'200': {description: One.}}
  schemas:
    Animal: {type: object}
`;

it('leaves nothing but what the first three keys lead to, and knows where that stands', () => {
  const narrowed = narrowText(text, ['paths', '/animals', 'get', 'parameters', '0']);
  expect(narrowed?.text.split('\n')).toEqual([
    ...['paths:', '  /animals:', '    get:', '      parameters:', '      - name: kind', '        in: query'],
    ...["      responses: {'200': {description: Some.}}", ''],
  ]);
  for (const words of ['paths:\n', '/animals:', 'in: query', 'Some.']) {
    const at = narrowed?.offsetInWhole(narrowed.text.indexOf(words)) ?? -1;
    expect(text.slice(at, at + words.length)).toBe(words);
  }
});

it('leaves two where the third leads nowhere, so that what stands beside it can be told', () => {
  expect(narrowText(text, ['paths', '/animals', 'post'])?.text).toContain('    get:');
  expect(narrowText(text, ['components', 'schemas', 'Animal'])?.text).not.toContain('pathItems');
});

it.each([[], ['paths'], ['no'], ['paths', '/no'], ['tags', '0'], ['servers', '0'], ['x-note', '/no']])(
  'leaves all of it where %s lead to no block of their own',
  (...keys) => {
    expect(narrowText(text, keys)).toBeUndefined();
  },
);

it.each([
  [['info', 'x-note'], 6, 3],
  [['info', 'title'], 5, 3],
  [['paths', '/animals', 'get', 'parameters', '0', 'in'], 16, 9],
  [['paths', '/animals', 'get', 'responses', '200', 'description'], 17, 27],
  [['paths', '/animals/{id}'], 18, 3],
  [['paths', '/animals/{id}', 'get', 'responses', '200'], 29, 21],
  [['tags', '1', 'name'], 24, 3],
  [['components', 'schemas', 'Animal', 'type'], 31, 14],
])('finds the place of %j, line %i and column %i', (keys, line, column) => {
  const file = parseSourceFile('/zoo.yaml', 'zoo.yaml', text);
  const found = resolvePointer(new Map([[file.path, file]]), file, keys);
  expect(found.missing).toBeNull();
  expect(positionAt(found.file, found.offset, found.pointer)).toMatchObject({ line, column });
  const whole = resolvePointer(new Map(), { ...file, syntax: () => file.syntax() }, keys);
  if (!text.includes('$ref', found.offset)) expect(found.valueOffset).toBe(whole.valueOffset);
});

const zoo = {
  openapi: '3.1.0',
  info: { title: 'Zoo "of" \\', 'x-{note}': ['}', ']', '"', '\\"', ''], version: '1' },
  empty: {},
  paths: {
    '/animals': { get: { parameters: [{ name: 'kind', in: 'query' }], deprecated: true }, post: null },
    '/an"imals\\': { put: { 'x-a': -1.5e3, 'x-b': false } },
    '/ä/{id}': { $ref: '#/components/pathItems/One' },
  },
  tags: [{ name: 'a' }, { name: 'b' }],
  components: { pathItems: { One: { get: { responses: {} } } }, schemas: { 'A"': { type: 'object' }, B: true } },
};

/** Returns the keys that lead to every value. */
function pathsIn(node: unknown, keys: readonly string[] = []): (readonly string[])[] {
  return [
    keys,
    ...Object.entries(Object(node)).flatMap(([key, value]) =>
      typeof node === 'string' ? [] : pathsIn(value, [...keys, key]),
    ),
  ];
}

it.each([0, 2, '\t'])('finds the place of each value of JSON as in all of its syntax, indented by %j', (indent) => {
  for (const start of ['', '\uFEFF', ' \n']) {
    const written = start + JSON.stringify(zoo, undefined, indent);
    const file = parseSourceFile('/zoo.json', 'zoo.json', written);
    const whole = { ...file, syntax: () => file.syntax() };
    const files = new Map([[file.path, file]]);
    for (const keys of [
      ...pathsIn(zoo),
      ['paths', '/ä/{id}', 'get', 'responses'],
      ['paths', '/animals', 'no'],
      ['no'],
    ]) {
      const [found, expected] = [resolvePointer(files, file, keys), resolvePointer(new Map(), whole, keys)];
      expect({ ...found, file: '' }, keys.join()).toEqual({ ...expected, file: '' });
    }
  }
});

it('leaves of JSON what the first three keys lead to', () => {
  const narrowed = narrowJson(JSON.stringify(zoo), ['paths', '/animals', 'get', 'deprecated']);
  expect(narrowed?.text).toBe(
    '{"paths":{"/animals":{"get":{"parameters":[{"name":"kind","in":"query"}],"deprecated":true}}}}',
  );
  expect(narrowJson('[1]', ['0', 'a'])).toBeUndefined();
  expect(narrowJson(JSON.stringify(zoo), ['tags', '0', 'name'])).toBeUndefined();
});
