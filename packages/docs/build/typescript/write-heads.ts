import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headOf } from './finish-page.js';
import { publishedEntries } from './published-entries.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The head of the page that lists the modules. */
export const headOfIndex =
  '---\ntitle: TypeScript\ndescription: Every export of every package, with its types, from the docstrings of the sources.\nmenu: Reference\norder: 55\n---';

/**
 * Writes the head of each page of the TypeScript reference below the folder of the site: what menus and lists are made of, while
 * `writeTypescript` is still reading the sources.
 */
export function writeTypescriptHeads(siteFolder: string): void {
  const folder = join(siteFolder, 'typescript');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [index, entry] of publishedEntries(root).entries()) {
    writeFileSync(join(folder, `${entry.name}.md`), `${headOf(entry, index + 1)}\n`);
  }
  writeFileSync(join(folder, 'index.md'), `${headOfIndex}\n`);
}
