import { createHash } from 'node:crypto';

/** A page without the program that shows it, which all pages of references share. */
export interface SharedPage {
  readonly page: string;
  /** A module below the folder of the site; its name follows from what is in it. */
  readonly script: { readonly path: string; readonly text: string };
}

const start = '<script type="module">';
const exported = /export\{RedocStandalone,hydrate,init\};?\n/;

/**
 * Moves Redoc itself, 2 MB of it, out of a page: what was rendered is seen before it is there, and it is loaded once for
 * all references.
 *
 * @param home the way from the page to the start of the site, such as `../`
 * @throws Error where the page is built in another way: Redoc has changed, and this file has to follow
 */
export function shareBundle(page: string, home: string): SharedPage {
  const from = page.indexOf(start) + start.length;
  const end = exported.exec(page);
  if (from < start.length || end === null || end.index < from) {
    throw new Error('The page has no module that exports hydrate. Correct share-bundle.ts.');
  }
  const text = `${page.slice(from, end.index + end[0].length).trim()}\n`;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const path = `assets/redoc.${hash}.js`;
  const rest = page.slice(end.index + end[0].length);
  return {
    page: `${page.slice(0, from)}\nimport { hydrate } from '${home}${path}';\n${rest}`,
    script: { path, text },
  };
}
