import { readFileSync } from 'node:fs';

/** The colours that the pages of the site have, too. */
const tokens = readFileSync(new URL('../../site/.vitepress/theme/tokens.css', import.meta.url), 'utf8');

/** What draws each text of the document as a `<main>`, inside of that of the page. */
const nestedMain = /\.main(?=\.withConfig\(\{[^{}]*\}\)\.attrs\(\{"data-component-name":`Markdown\/Markdown`\}\))/;

/**
 * Returns the rendered page with the colours of the site, and with one `<main>`. What else keeps assistive technology from saying what
 * is there, `page-template.hbs` mends once the page is drawn.
 *
 * @throws Error, which fails the build, where a piece is not there any more: Redoc has changed, and this file has to follow
 */
export function mendPage(page: string): string {
  if (!nestedMain.test(page)) throw new Error('Redoc draws no text as <main> any more. Correct mend-page.ts.');
  return page.replace(nestedMain, '.div').replace('/* tokens.css */', () => tokens);
}
