import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A page of the site, as its front matter and its place say. */
export interface SitePage {
  /** Below the folder of the site, with slashes: `guides/signing.md`. */
  readonly path: string;
  /** The address below the site's own, such as `/guides/signing.html` or `/guides/`. */
  readonly url: string;
  /** What a menu calls it. */
  readonly title: string;
  readonly description: string;
  /** Its place among its neighbours, the smallest first; those of one order stand by title. */
  readonly order: number;
  /** The group of the menu that it stands in, where it does not stand by itself. */
  readonly menu: string | undefined;
  /** The group that it stands in among the pages of its folder. */
  readonly group: string | undefined;
}

const fields = [
  'title',
  'description',
  'order',
  'menu',
  'group',
  'layout',
  'sidebar',
  'aside',
  'outline',
  'search',
  'editLink',
];

/**
 * Returns the pages of the site: each Markdown file of its folder.
 *
 * @throws Error where the front matter of a page has no title, no description or an unknown field, or where a folder has no
 * `index.md`
 */
export function readPages(siteFolder: string): SitePage[] {
  const paths = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && !/^(\.vitepress|public)\//.test(path))
    .sort();
  const lost = paths.find((path) => !paths.includes(join(dirname(path), 'index.md')));
  if (lost !== undefined) throw new Error(`The folder of ${lost} has no index.md, so that no menu leads to it.`);
  return paths.map((path) => toPage(path, readFileSync(join(siteFolder, path), 'utf8')));
}

/** Returns the fields between the lines `---` at the top of a page, and the text below. */
export function splitFrontMatter(markdown: string): { fields: Record<string, string>; text: string } {
  const [whole, block] = /^---\n([\s\S]*?)\n---\n/.exec(markdown) ?? [];
  if (whole === undefined || block === undefined) return { fields: {}, text: markdown };
  const lines = block.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return { fields: Object.fromEntries(lines.map(toField)), text: markdown.slice(whole.length) };
}

function toField(line: string): [name: string, value: string] {
  const [, name, value = ''] = /^(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`The front matter has the line ${line}. Write each field as name: value.`);
  return [name, value.startsWith('"') ? JSON.parse(value) : value.replace(/^'(.*)'$/, '$1')];
}

function toPage(path: string, markdown: string): SitePage {
  const read = splitFrontMatter(markdown).fields;
  const { title, description, order = '100', menu, group } = read;
  if (!title || !description) throw new Error(`${path} needs front matter with title and description.`);
  const unknown = Object.keys(read).find((name) => !fields.includes(name));
  if (unknown !== undefined)
    throw new Error(`The front matter of ${path} has ${unknown}. Known: ${fields.join(', ')}.`);
  if (!/^\d+$/.test(order)) throw new Error(`order of ${path} is ${order}. Give a whole number.`);
  const url = `/${path.replace(/\.md$/, '.html')}`.replace(/\/index\.html$/, '/');
  return { path, url, title, description, order: Number(order), menu, group };
}
