import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPages } from '../pages/read-pages.js';
import { writeTwins } from './write-twins.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-docs-'));
  mkdirSync(join(folder, 'site/guides'), { recursive: true });
  writeFileSync(join(folder, 'site/index.md'), '---\ntitle: Kit\ndescription: It is a kit.\n---\n');
  writeFileSync(
    join(folder, 'site/guides/index.md'),
    '---\ntitle: Guides\ndescription: One each.\norder: 1\n---\n# Guides\n',
  );
  writeFileSync(join(folder, 'code.ts'), "import 'a';\n  // #region use\n  use();\n    more();\n  // #endregion use\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function twin(text: string): string {
  writeFileSync(join(folder, 'site/guides/a.md'), `---\ntitle: A\ndescription: It is a.\n---\n${text}\n`);
  writeTwins(readPages(join(folder, 'site')), join(folder, 'site'), join(folder, 'out'));
  return readFileSync(join(folder, 'out/guides/a.md'), 'utf8');
}

test('the twin of a page has no front matter, but its title', () => {
  expect(twin('Text.')).toBe('# A\n\nIt is a.\n\nText.\n');
  expect(twin('# Own\n\nText.')).toBe('# Own\n\nText.\n');
});

test('it has the files that the page shows', () => {
  expect(twin('# A\n\n<<< ../../code.ts')).toContain("```ts\nimport 'a';");
  expect(twin('# A\n\n<<< @/../code.ts#use{1} [use.ts]')).toBe('# A\n\n```ts\nuse();\n  more();\n```\n');
  expect(() => twin('<<< ../../code.ts#none')).toThrow('has no region none');
});

test('it has words for what only a page can do, and the list of pages', () => {
  expect(twin('# A\n\n<TryIt />\n\nText.')).toBe(
    '# A\n\n(On the page, a form signs a call and sends it to a mock on this machine.)\n\nText.\n',
  );
  expect(twin('# A\n\n<PageList folder="guides" short />')).toBe('# A\n\n- [A](./a.md): It is a.\n');
  expect(twin('# A\n\n```sh not-run="needs Kubernetes"\nrun\n```')).toContain('\n```sh\nrun\n');
  expect(() => twin('<Unknown />')).toThrow('guides/a.md has the component Unknown');
});

test('its links lead to twins', () => {
  expect(twin('# A\n\n[b](./b.html#c) [d](https://example.com/d.html)')).toContain(
    '[b](./b.md#c) [d](https://example.com/d.html)',
  );
});

test('llms.txt lists the pages by their sections', () => {
  twin('Text.');
  expect(readFileSync(join(folder, 'out/llms.txt'), 'utf8')).toBe(
    '# Kit\n\n> It is a kit.\n\n## Guides\n\n- [Guides](guides/index.md): One each.\n- [A](guides/a.md): It is a.\n',
  );
});
