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

it('every built page has a section of what can go wrong', () => {
  const paths = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  const pages = paths.filter((path) => path.endsWith('.html') && path !== '404.html');
  expect(pages.length).toBeGreaterThan(80);
  const section = /\sid="what-can-go-wrong"|<span>What can go wrong<\/span><\/div><\/h2>/;
  expect(pages.filter((path) => !section.test(readFileSync(join(siteFolder, path), 'utf8')))).toEqual([]);
});
