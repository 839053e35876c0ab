import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { navigation } from './navigation.js';
import { readPages, splitFrontMatter } from './read-pages.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-docs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, ...fields: string[]): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `---\n${fields.join('\n')}\ndescription: It says what it is.\n---\n\nText.\n`);
}

test('a page needs a file alone to stand in the menu, in its order', () => {
  write('index.md', 'title: Home');
  write('guides/index.md', 'title: Guides', 'order: 20');
  write('start/index.md', 'title: Start', 'order: 10');
  write('errors.md', 'title: Errors', 'order: 60', 'menu: Reference');
  write('guides/b.md', 'title: B', 'order: 1');
  write('guides/a.md', 'title: A');
  const api = { title: 'API', url: '/api/', order: 50, menu: 'Reference' };
  const { nav, sidebar } = navigation(readPages(folder), [api]);
  expect(nav.map(({ text }) => text)).toEqual(['Start', 'Guides', 'Reference']);
  expect(nav.at(-1)).toEqual({
    text: 'Reference',
    items: [
      { text: 'API', link: '/api/', target: '_self' },
      { text: 'Errors', link: '/errors.html' },
    ],
  });
  expect(sidebar['/guides/']?.map(({ text, link }) => [text, link])).toEqual([
    ['Guides', '/guides/'],
    ['B', '/guides/b.html'],
    ['A', '/guides/a.html'],
  ]);
});

test('pages of one group stand together, those of a folder below its page, and packages without their scope', () => {
  write('index.md', 'title: Home');
  write('recipes/index.md', 'title: Recipes');
  write('recipes/one.md', 'title: One', 'group: Servers', 'order: 1');
  write('recipes/two.md', 'title: "@nexconn-kit/two"', 'group: Tests', 'order: 2');
  write('recipes/three.md', 'title: Three', 'group: Servers', 'order: 3');
  write('recipes/deep/index.md', 'title: Deep', 'order: 4');
  write('recipes/deep/page.md', 'title: Page');
  const [, servers, tests, deep] = navigation(readPages(folder), []).sidebar['/recipes/'] ?? [];
  expect(servers).toMatchObject({ text: 'Servers', items: [{ text: 'One' }, { text: 'Three' }] });
  expect(tests).toMatchObject({ text: 'Tests', items: [{ text: 'two' }] });
  expect(deep).toMatchObject({ text: 'Deep', link: '/recipes/deep/', collapsed: true, items: [{ text: 'Page' }] });
});

test.each([
  [['order: 1'], 'needs front matter with title'],
  [['title: A', 'ordr: 1'], 'has ordr'],
  [['title: A', 'order: first'], 'order of a.md is first'],
  [['title: A', '- b'], 'has the line - b'],
])('front matter of %j fails the build', (fields, said) => {
  write('index.md', 'title: Home');
  write('a.md', ...fields);
  expect(() => readPages(folder)).toThrow(said);
});

test('a page that no menu could lead to fails the build', () => {
  write('index.md', 'title: Home');
  write('guides/a.md', 'title: A');
  expect(() => readPages(folder)).toThrow('The folder of guides/a.md has no index.md');
});

test('front matter is read as YAML reads it', () => {
  const markdown = `---\ntitle: "A \\"b\\": c"\n# of nobody\ndescription: 'd: e'\n---\nText`;
  expect(splitFrontMatter(markdown)).toEqual({ fields: { title: 'A "b": c', description: 'd: e' }, text: 'Text' });
});
