import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { siteFolder } from '@nexconn-kit/docs';
import { expect, it } from 'vitest';
import { readEntries } from '../support/error-catalogue.js';

const files = readdirSync(resolve(import.meta.dirname, '../../spec/errors')).filter((file) => file.endsWith('.yaml'));

// The tests of each package hold that `docUrl` is such an address.
it.each(files)('the built page has an anchor for each code of %s', (file) => {
  const area = file.replace(/\.yaml$/, '');
  const html = readFileSync(join(siteFolder, 'errors.html'), 'utf8');
  const anchors = readEntries(area).map(({ code }) => `${area}-${code}`);
  expect(anchors).not.toEqual([]);
  expect(anchors.filter((anchor) => !html.includes(`id="${anchor}"`))).toEqual([]);
});

/** Lists of pages, the page of errors itself, and what has changed: nothing is done there that could go wrong. */
const withoutTroubles = new Set([
  ...['index.html', '404.html', 'errors.html', 'changes.html'],
  ...['start', 'guides', 'recipes', 'typescript'].map((folder) => `${folder}/index.html`),
]);

it('every built page that is more than a list says what can go wrong', () => {
  const paths = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  const pages = paths.filter((path) => path.endsWith('.html') && !withoutTroubles.has(path));
  expect(pages.length).toBeGreaterThan(80);
  expect(pages.filter((path) => !/what can go wrong/i.test(readFileSync(join(siteFolder, path), 'utf8')))).toEqual([]);
});
