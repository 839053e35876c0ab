import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MeasuredFigures } from '../types.js';
import { guideFigures } from './guide-figures.js';

const measured = fileURLToPath(new URL('../../site/guides/many-users.json', import.meta.url));

/** The pages with figures that were measured, by their path below the site. */
const figuresOf: Record<string, () => Record<string, string>> = {
  'guides/many-users.md': () => guideFigures(JSON.parse(readFileSync(measured, 'utf8')) as MeasuredFigures),
};

/** Returns the Markdown of a page with its figures; a page without measured figures stays as it is. */
export function fillFiguresOf(path: string, markdown: string): string {
  const figures = figuresOf[path]?.();
  return figures === undefined ? markdown : fillFigures(markdown, figures);
}

/**
 * Returns Markdown with the figure for each `{{name}}`.
 *
 * @throws Error where a figure is missing, or is used nowhere: one of the two has been renamed
 */
export function fillFigures(markdown: string, figures: Record<string, string>): string {
  const unused = new Set(Object.keys(figures));
  const filled = markdown.replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    unused.delete(name);
    const value = figures[name];
    if (value === undefined) throw new Error(`The guide asks for {{${name}}}, which guide-figures.ts does not have.`);
    return value;
  });
  if (unused.size > 0) throw new Error(`The guide leaves out ${[...unused].join(', ')} of guide-figures.ts.`);
  return filled;
}
