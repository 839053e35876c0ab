import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fillFiguresOf } from '../figures/fill-figures.js';
import { type SitePage, splitFrontMatter } from '../pages/read-pages.js';
import { withoutOrigin } from '../reference/read-samples.js';

/** Writes, beside each page, its text as Markdown, and `llms.txt`, which lists them. */
export function writeTwins(pages: readonly SitePage[], siteFolder: string, outputFolder: string): void {
  for (const page of pages) {
    const output = join(outputFolder, page.path);
    mkdirSync(dirname(output), { recursive: true });
    const twin = twinOf(page, pages, siteFolder);
    writeFileSync(output, twin);
    copyPictures(twin, join(siteFolder, dirname(page.path)), dirname(output));
  }
  writeFileSync(join(outputFolder, 'llms.txt'), listOf(pages));
}

/** The pages have their diagrams set in, and the twins name them. */
function copyPictures(twin: string, from: string, to: string): void {
  for (const [, path = ''] of twin.matchAll(/\]\((\.{1,2}\/[^)\s]+\.svg)\)/g)) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    copyFileSync(join(from, path), join(to, path));
  }
}

function twinOf({ path, title, description }: SitePage, pages: readonly SitePage[], siteFolder: string): string {
  const { text } = splitFrontMatter(readFileSync(join(siteFolder, path), 'utf8'));
  const filled = withFiles(fillFiguresOf(path, text), join(siteFolder, dirname(path)), siteFolder);
  const whole = withWords(filled, path, pages).replaceAll(/^(```\w+)(?: [\w-]+="[^"]*")+$/gm, '$1');
  const heading = /^# /m.test(whole) ? '' : `# ${title}\n\n${description}\n\n`;
  return `${heading}${whole.trim().replaceAll(/(\]\((?!\w+:)[^)\s]*?)\.html(#[^)]*)?\)/g, '$1.md$2)')}\n`;
}

/** Puts files where VitePress puts them, by `<<< path#region`. */
function withFiles(markdown: string, folder: string, siteFolder: string): string {
  return markdown.replaceAll(
    /^<<< (\S+?)(#[\w-]+)?(\{.*?\})?(?: \[.*\])?$/gm,
    (_line, path: string, region?: string) => {
      const file = path.startsWith('@/') ? join(siteFolder, path.slice(2)) : join(folder, path);
      const text = withoutOrigin(readFileSync(file, 'utf8'));
      const lines = region === undefined ? text : regionOf(text, region.slice(1), file);
      return `\`\`\`${posix.extname(path).slice(1)}\n${lines}\n\`\`\``;
    },
  );
}

/** What a component of a page does, for who reads its text. */
const componentsInWords: Record<string, string> = {
  TryIt: '(On the page, a form signs a call and sends it to a mock on this machine.)',
  SigningCalculator:
    '(On the page, a calculator shows each text on the way to a signature, and which mistake a wrong one is.)',
};

/** Puts words where a page has a component, and lists where it has one of pages. */
function withWords(markdown: string, path: string, pages: readonly SitePage[]): string {
  return markdown.replaceAll(/^<([A-Z]\w+)((?: [^>]*)?)\/>$/gm, (_line, name: string, attributes: string) => {
    const folder = /folder="([^"]+)"/.exec(attributes)?.[1];
    if (name === 'PageList' && folder !== undefined) {
      const inside = pages.filter((page) => page.path.startsWith(`${folder}/`) && page.path !== `${folder}/index.md`);
      return inOrder(inside)
        .map((page) => `- [${page.title}](./${posix.relative(posix.dirname(path), page.path)}): ${page.description}`)
        .join('\n');
    }
    const words = componentsInWords[name];
    if (words === undefined)
      throw new Error(`${path} has the component ${name}, of which write-twins.ts has no words.`);
    return words;
  });
}

function regionOf(text: string, name: string, file: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => new RegExp(`#region ${name}\\s*(-->|\\*/)?\\s*$`).test(line));
  const length = lines.slice(start + 1).findIndex((line) => line.includes('#endregion'));
  if (start === -1 || length === -1) throw new Error(`${file} has no region ${name}.`);
  const inside = lines.slice(start + 1, start + 1 + length);
  const indent = Math.min(...inside.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return inside.map((line) => line.slice(indent)).join('\n');
}

function inOrder(some: readonly SitePage[]): SitePage[] {
  return some.toSorted((a, b) => a.order - b.order || (a.url < b.url ? -1 : 1));
}

function listOf(pages: readonly SitePage[]): string {
  const isSection = ({ path }: SitePage): boolean => /^[^/]+(\/index)?\.md$/.test(path) && path !== 'index.md';
  const home = pages.find(({ path }) => path === 'index.md');
  const line = ({ title, path, description }: SitePage): string => `- [${title}](${path}): ${description}`;
  const sections = inOrder(pages.filter(isSection)).map((section) => {
    const inside = section.url.endsWith('/')
      ? pages.filter(({ url }) => url.startsWith(section.url) && url !== section.url)
      : [];
    return `## ${section.title}\n\n${[section, ...inOrder(inside)].map(line).join('\n')}`;
  });
  return `${[`# ${home?.title}`, `> ${home?.description}`, ...sections].join('\n\n')}\n`;
}
