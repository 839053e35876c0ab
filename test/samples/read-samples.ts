import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** Where the repository begins. */
export const root: string = resolve(import.meta.dirname, '../..');
const siteFolder = join(root, 'packages/docs/site');

/** A block of a page that a reader copies, or a file that the page includes. */
export interface Sample {
  /** `packages/docs/site/guides/signing.md` */
  readonly page: string;
  /** The line that it begins in. */
  readonly line: number;
  /** What stands behind the fence, such as `ts`; of an included file its ending. */
  readonly language: string;
  /** What stands behind the language: `not-run="needs Kubernetes"`, `file="server.mjs"`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Its text; of an included file that of its region. */
  readonly code: string;
  /** The file that is included, from the root of the repository. */
  readonly included?: string;
  /** The output that the page shows for it. */
  readonly output?: string;
}

/** A page, with its samples in their order. */
export interface Page {
  readonly path: string;
  readonly text: string;
  readonly frontMatter: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** Pages that are made of other files, whose samples are tested where those stand. */
const made = /^(api|recipes|typescript|errors|changes|downloads)\b/;

/** Returns the written pages of the site, in the order of their paths. */
export function readPages(): Page[] {
  return readdirSync(siteFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !made.test(path) && !/(^|[/\\])(\.|node_modules)/.test(path))
    .sort()
    .map((path) => readPage(relative(root, join(siteFolder, path))));
}

/** Returns the READMEs of the project and its packages. */
export function readReadmes(): Page[] {
  const ofPackages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`);
  return ['README.md', ...ofPackages].filter((path) => existsSync(join(root, path))).map(readPage);
}

/** Returns a page of the repository. */
export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, frontMatter: frontMatterOf(text), samples: samplesOf(path, text) };
}

/** Returns `page:line` of a sample, from the folder of the pages. */
export function placeOf({ page, line }: Pick<Sample, 'page' | 'line'>): string {
  return `${page.replace('packages/docs/site/', '')}:${line}`;
}

function frontMatterOf(text: string): Record<string, string> {
  const [, lines = ''] = /^---\n(.*?)\n---\n/s.exec(text) ?? [];
  const pairs = [...lines.matchAll(/^(\w+): *(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function samplesOf(page: string, text: string): Sample[] {
  const samples: Sample[] = [];
  const lines = text.split('\n');
  let noted: Record<string, string> = {};
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, note] = /^\s*<!-- sample (.*) -->$/.exec(line) ?? [];
    const [, file, region] = /^\s*<<< ([^\s#{]+)(?:#([\w-]+))?/.exec(line) ?? [];
    const [, indent = '', fence, language = '', info = ''] = /^(\s*)(`{3,})(\S*)(.*)$/.exec(line) ?? [];
    if (note !== undefined) {
      noted = attributesOf(note);
    } else if (file !== undefined) {
      samples.push(includedSample(page, at + 1, file, region, noted));
      noted = {};
    } else if (fence !== undefined) {
      const end = lines.findIndex((each, index) => index > at && each.trim() === fence);
      if (end === -1) throw new Error(`${page}:${at + 1} begins a block that has no end.`);
      const code = lines.slice(at + 1, end).map((each) => (each.startsWith(indent) ? each.slice(indent.length) : each));
      const sample = { page, line: at + 1, language, attributes: attributesOf(info), code: `${code.join('\n')}\n` };
      const before = samples.at(-1);
      if ('output' in sample.attributes && before) samples.splice(-1, 1, { ...before, output: sample.code });
      else samples.push(sample);
      at = end;
    }
  }
  return samples;
}

/** What VitePress understands by itself, a title and marked lines, is none of it. */
function attributesOf(info: string): Record<string, string> {
  const own = info.replaceAll(/\[[^\]]*\]|\{[^}]*\}/g, '');
  return Object.fromEntries([...own.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name, value = '']) => [name, value]));
}

function includedSample(
  page: string,
  line: number,
  file: string,
  region: string | undefined,
  attributes: Record<string, string>,
): Sample {
  const path = file.startsWith('@') ? join(siteFolder, file.slice(1)) : join(root, page, '..', file);
  const text = readFileSync(path, 'utf8');
  const code = region === undefined ? text : regionOf(text, region);
  if (code === undefined) throw new Error(`${page}:${line} includes a region ${region} that ${file} does not have.`);
  return { page, line, language: path.split('.').at(-1) ?? '', attributes, code, included: relative(root, path) };
}

function regionOf(text: string, region: string): string | undefined {
  const [, code] = new RegExp(`#region ${region}\\b[^\\n]*\\n(.*?)^[^\\n]*#endregion`, 'ms').exec(text) ?? [];
  return code;
}
