import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { siteFolder } from '@nexconn-kit/docs';
import { expect, it } from 'vitest';

it('the search numbers the pages in the order of their paths, so that each build of the same sources is the same', () => {
  const chunks = join(siteFolder, 'assets/chunks');
  if (!existsSync(chunks)) throw new Error(`${siteFolder} is not built. Run: npm run docs`);
  const name = readdirSync(chunks).find((file) => file.startsWith('@localSearchIndexroot.')) ?? '';
  const numbered = [...readFileSync(join(chunks, name), 'utf8').matchAll(/"\d+":"(\/[^"#]*)/g)].map(([, page]) => page);
  const pages = [...new Set(numbered)];
  expect(pages.length).toBeGreaterThan(50);
  // Pages that are read at the same time come between one another, or early.
  expect(numbered.filter((page, index) => page !== numbered[index - 1])).toEqual(pages);
  const paths = pages.map((page = '') => page.replace(/\/$/, '/index.md').replace(/\.html$/, '.md'));
  expect(paths).toEqual([...paths].sort());
});
