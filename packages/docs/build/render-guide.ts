import { readFileSync } from 'node:fs';
import { marked } from 'marked';

const template = readFileSync(new URL('guide-template.html', import.meta.url), 'utf8');

/**
 * Returns a guide, which is Markdown with a `{{name}}` for each figure, as a page that loads nothing.
 *
 * @throws Error where a figure is missing, or is used nowhere: one of the two has been renamed
 */
export function renderGuide(markdown: string, figures: Record<string, string>): string {
  const unused = new Set(Object.keys(figures));
  const filled = fill(markdown, (name) => {
    unused.delete(name);
    const value = figures[name];
    if (value === undefined) throw new Error(`The guide asks for {{${name}}}, which guide-figures.ts does not have.`);
    return value;
  });
  if (unused.size > 0) throw new Error(`The guide leaves out ${[...unused].join(', ')} of guide-figures.ts.`);
  // A table that is wider than a phone scrolls by itself.
  const content = (marked.parse(filled, { async: false }) as string)
    .replaceAll('<table>', '<div class="table"><table>')
    .replaceAll('</table>', '</table></div>');
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? 'Guide';
  return fill(template, (name) => (name === 'title' ? title : content));
}

function fill(text: string, valueFor: (name: string) => string): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => valueFor(name));
}
