import { expect, it } from 'vitest';
import { documentText, makeScratchDocument } from '../../test/support/scratch-document.js';
import { DocumentError, loadDocument } from '../index.js';

/** Lists of nine, each of the one before; the first is of numbers. */
function listsOfLists(levels: number): string {
  const nine = (item: string | number): string => `[${[...Array(9)].fill(item).join()}]`;
  const lists = Array.from({ length: levels }, (_, level) => {
    return `x-${level}: &l${level} ${nine(level === 0 ? 1 : `*l${level - 1}`)}\n`;
  });
  return lists.join('');
}

async function load(text: string, name = 'openapi.yaml'): ReturnType<typeof loadDocument> {
  await using scratch = await makeScratchDocument();
  await scratch.write(name, text);
  return await loadDocument(scratch.path);
}

it.each([9, 40, 400])(
  'refuses %d levels of aliases to aliases at once, with the place and the limit',
  async (levels) => {
    const failure = await load(documentText('first') + listsOfLists(levels)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DocumentError);
    const message = 'The aliases of this file stand for more than 100000 values.';
    expect(failure).toMatchObject({ code: 'DOCUMENT_INVALID', problems: [{ line: 10, pointer: '#', message }] });
  },
);

it('refuses them in a file that is referred to', async () => {
  const failure = await load(`type: object\n${listsOfLists(9)}`, 'schemas/Thing.yaml').catch((error: unknown) => error);
  expect(failure).toMatchObject({ problems: [{ file: expect.stringMatching(/Thing\.yaml$/), line: 7 }] });
});

it('refuses one value that many aliases name, as soon as it is too much', async () => {
  const many = (count: number): string =>
    `${documentText('first')}x-0: &v [${[...Array(99)].fill(1)}]\nx-1: [${[...Array(count)].fill('*v')}]\n`;
  expect((await load(many(1000))).document['x-1' as never]).toHaveLength(1000);
  await expect(load(many(1001))).rejects.toMatchObject({ problems: [{ line: 6 }] });
});

it('takes the last anchor of a name, also as a key, and a merge', async () => {
  const text = 'x-0: &v a\nx-1: &v {b: 1}\nx-2: {<<: *v}\nx-3: *v\nx-4: &v c\nx-5: {*v : 1}\n';
  const { document } = await load(documentText('first') + text);
  expect(document).toMatchObject({ 'x-3': { b: 1 }, 'x-5': { c: 1 } });
});

it.each([
  ['a map', 'x-0: &v {b: *v}\n', 5, 13, 'The alias *v stands in what it names.'],
  ['a list', 'x-0: &v [*v]\n', 5, 10, 'The alias *v stands in what it names.'],
  [
    'a schema',
    'components: {schemas: {A: &v {properties: {b: {items: *v}}}}}\n',
    5,
    55,
    'The alias *v stands in what it names.',
  ],
  ['nothing', 'x-0: *v\nx-1: &v 1\n', 5, 6, 'The alias *v names nothing before it.'],
])(
  'refuses an alias that names %s around it, or behind it, at its place',
  async (_what, text, line, column, message) => {
    const failure = await load(documentText('first') + text).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'DOCUMENT_INVALID', problems: [{ line, column, message }] });
  },
);

it('takes an alias of an inner anchor that has the name of the one around it', async () => {
  const { document } = await load(`${documentText('first')}x-0: &v {b: &v 1, c: *v}\n`);
  expect(document).toMatchObject({ 'x-0': { b: 1, c: 1 } });
});

it.each([
  ['a number', 'x-0: {<<: 5}\n', 5, 7],
  ['nothing', 'x-0:\n  <<:\n  a: 1\n', 6, 3],
  ['an alias of a text', 'x-0: &v text\nx-1: {<<: *v}\n', 6, 7],
  ['a list in which one is no map', 'x-0: &v {a: 1}\nx-1: {<<: [*v, 5]}\n', 6, 7],
])('refuses a merge of %s at its place', async (_what, text, line, column) => {
  const message = 'The key << merges what is no map.';
  const failure = await load(documentText('first') + text).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'DOCUMENT_INVALID', problems: [{ line, column, message }] });
});

it('takes merges of maps in any form, and a key that only looks like one', async () => {
  const text = 'x-0: &a {a: 1}\nx-1: &l [*a, {b: 2}]\nx-2: {<<: *l, c: 3}\nx-3: {<<: {d: 4}}\nx-4: {"<<": 5}\n';
  const { document } = await load(documentText('first') + text);
  expect(document).toMatchObject({ 'x-2': { a: 1, b: 2, c: 3 }, 'x-3': { d: 4 }, 'x-4': { '<<': 5 } });
});
