import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const name = 'vp-icons.css';
const link = new RegExp(`^ *<link rel="preload stylesheet" href="[^"]*${name}" as="style">\n`, 'm');

/**
 * Returns the page without the styles of icons that VitePress lets each page ask for, and wait for, though none has such an icon.
 *
 * @throws Error, which fails the build, where the page does not ask for them: VitePress has changed, and this file has to follow
 */
export function withoutIconStyles(html: string): string {
  if (!link.test(html)) throw new Error(`A page asks for no ${name} any more. Correct icon-styles.ts.`);
  return html.replace(link, '');
}

/** Removes the file of them, which is empty. */
export function removeIconStyles(outputFolder: string): void {
  const file = join(outputFolder, name);
  if (readFileSync(file, 'utf8') !== '')
    throw new Error(`A page has an icon of ${name}, which icon-styles.ts takes from all.`);
  rmSync(file);
}
