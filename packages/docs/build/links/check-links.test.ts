import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deadLinks } from './check-links.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-docs-'));
  mkdirSync(join(folder, 'guides'));
  mkdirSync(join(folder, 'api'));
  writeFileSync(join(folder, 'guides/index.html'), '<h1 id="guides">Guides</h1>');
  writeFileSync(join(folder, 'guides/a.html'), '<h2 id="what-can-go-wrong">What can go wrong</h2>');
  writeFileSync(join(folder, 'api/index.html'), '<div id="redoc"></div><a href="/section/hosts">Hosts</a>');
});
afterEach(() => rmSync(folder, { recursive: true }));

const linked = (link: string, base = '/'): string[] => {
  writeFileSync(
    join(folder, 'guides/b.html'),
    `<a href="${link}">there</a><script>const html = '<a href="/no">';</script>`,
  );
  return deadLinks(folder, base);
};

test.each([
  './a.html',
  'a.html#what-can-go-wrong',
  '/guides/',
  '/guides/#guides',
  './',
  '../guides/a.html?x=1',
  '/api/#tag/anything',
  'https://example.com/none',
  'mailto:a@example.com',
  '#',
])('%s leads somewhere', (link) => {
  expect(linked(link)).toEqual([]);
});

test.each(['./c.html', '/guide/', '../../guides/a.html', './a.html#none', '#none', '/guides'])(
  '%s leads nowhere',
  (link) => {
    expect(linked(link)).toEqual([expect.stringMatching(/^guides\/b\.html: .* (leads nowhere|has no such anchor)$/)]);
  },
);

test('a link leads nowhere that leaves out the base', () => {
  expect(linked('/docs/guides/a.html', '/docs/')).toEqual([]);
  expect(linked('/guides/a.html', '/docs/')).toHaveLength(1);
});
