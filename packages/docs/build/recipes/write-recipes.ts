import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleLanguages, withoutOrigin } from '../reference/read-samples.js';
import { type Recipe, type RecipePart, recipes } from './recipe-list.js';
import { type Trouble, troubles } from './recipe-troubles.js';

const examplesFolder = fileURLToPath(new URL('../../../../examples', import.meta.url));
const repository = 'https://github.com/nexconn-kit/nexconn-kit/tree/main/examples';
const languages: Record<string, string> = {
  '.mjs': 'js',
  '.cjs': 'js',
  '.env': 'ini',
  '.service': 'ini',
  '.conf': 'nginx',
  '.py': 'python',
  '.rb': 'ruby',
  '.kt': 'kotlin',
  '.cs': 'csharp',
};

/** Writes a page for each folder of `examples/` below the folder of the site: its README, and its files as they are. */
export function writeRecipes(siteFolder: string): void {
  const folder = join(siteFolder, 'recipes');
  const wrong = recipeFaults();
  if (wrong.length > 0) throw new Error(`recipe-list.ts does not fit examples/:\n${wrong.join('\n')}`);
  for (const name of readdirSync(folder)) if (name !== 'index.md') rmSync(join(folder, name));
  for (const [index, [name, recipe]] of Object.entries(recipes).entries()) {
    writeFileSync(join(folder, `${name}.md`), recipePage(name, recipe, index + 1));
  }
}

/**
 * Returns where the list of recipes and the folders differ, a line each: a file that nobody shows is one that nobody reads, and every
 * page says what can go wrong.
 */
export function recipeFaults(): string[] {
  const folders = readdirSync(examplesFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const missing = folders.filter(({ name }) => recipes[name] === undefined).map(({ name }) => `${name} is not in it`);
  const differing = Object.entries(recipes).flatMap(([name, { files }]) => {
    const there = filesOf(name);
    const shown = partsOf(name, files).flatMap(([names]) => names);
    return [
      ...there.filter((file) => !shown.includes(file)).map((file) => `${name}/${file} is not in it`),
      ...shown.filter((file) => !there.includes(file)).map((file) => `${name}/${file} is not there`),
    ];
  });
  const untold = Object.keys(recipes).filter((name) => !troubles[name]?.length);
  const unknown = Object.keys(troubles).filter((name) => recipes[name] === undefined);
  return [
    ...missing,
    ...differing,
    ...untold.map((name) => `${name} lacks what can go wrong`),
    ...unknown.map((name) => `${name} is no recipe, and recipe-troubles.ts has it`),
  ];
}

function recipePage(name: string, { group, testedBy, ...recipe }: Recipe, order: number): string {
  const files = partsOf(name, recipe.files);
  const readme = readFileSync(join(examplesFolder, name, 'README.md'), 'utf8');
  const [heading = '', ...rest] = readme.split('\n');
  const text = rest.join('\n').trim();
  const title = heading.replace(/^# /, '');
  const fields = { title, description: firstSentence(text), group, order };
  const frontMatter = Object.entries(fields).map(([field, value]) => `${field}: ${JSON.stringify(value)}`);
  return [
    `---\n${frontMatter.join('\n')}\n---`,
    `# ${title}`,
    withSiteLinks(text, name),
    '## The files',
    ...files.map((part) => partOf(name, part)),
    '## What can go wrong',
    troubleTable(troubles[name] ?? []),
    '## How it is tested',
    ...howTested(name, testedBy),
    '',
  ].join('\n\n');
}

function troubleTable(rows: readonly Trouble[]): string {
  return ['| what you see | why | what to do |', '|---|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join(
    '\n',
  );
}

function howTested(name: string, testedBy: string | undefined): string[] {
  const folder = `[this folder](${repository}/${name})`;
  if (testedBy !== undefined) {
    return [`\`\`\`sh\n${testedBy}\n\`\`\``, `In the repository, this runs and checks the files of ${folder}.`];
  }
  return [
    `\`\`\`sh\nnpm run examples -- ${name}\n\`\`\``,
    `In the repository, this packs the packages, installs ${folder} from them and runs its check.`,
  ];
}

/** The samples of the operations follow from the document: those of one operation are tabs. */
function partsOf(name: string, files: Recipe['files']): readonly RecipePart[] {
  if (files !== 'samples') return files;
  const operations = new Map<string, string[]>();
  const place = (file: string): number => sampleLanguages().findIndex(({ id }) => file.startsWith(`${id}/`));
  for (const file of filesOf(name).sort((a, b) => place(a) - place(b))) {
    const operation = /([^/]+)\.gen\.\w+$/.exec(file)?.[1] ?? file;
    operations.set(operation, [...(operations.get(operation) ?? []), file]);
  }
  return [...operations].map(([operation, samples]) => [samples, `The call \`${operation}\` in each language.`]);
}

function firstSentence(markdown: string): string {
  const paragraph = (markdown.split('\n\n', 1)[0] ?? '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/`([^`]*)`|\*|\[|\]\([^)]*\)/g, '$1');
  return /^.*?[.:](?=\s[A-Z]|$)/.exec(paragraph)?.[0].replace(/:$/, '.') ?? paragraph;
}

/** On GitHub the links of a README lead to folders and files: here to the page of the folder, or to the file there. */
function withSiteLinks(text: string, name: string): string {
  return text
    .replaceAll('](..)', '](./)')
    .replaceAll(/\]\(\.\.\/([\w-]+)\)/g, '](./$1.md)')
    .replaceAll(/\]\((?![\w+.-]+:|#|\.\/)([^)]+)\)/g, (_link, file: string) => `](${repository}/${name}/${file})`);
}

/** The files that a reader copies: not those that check the example, nor what the tools write. */
function filesOf(name: string): string[] {
  const folder = join(examplesFolder, name);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !/(^|\/)(node_modules|check|fake|dist|\.next)\//.test(path))
    .filter(
      (path) =>
        !/(^|\/)(README\.md|package(-lock)?\.json|samples\.gen\.json|tsconfig\.json|check[\w-]*\.m?js|next-env\.d\.ts)$/.test(
          path,
        ),
    )
    .filter((path) => /\.\w+$|(Docker|Caddy)file$/.test(path) && !/\.(db|tsbuildinfo)$|dashboard\.json$/.test(path))
    .sort();
}

function partOf(name: string, [files, sentence]: RecipePart): string {
  if (typeof files === 'string') return `### ${files}\n\n${sentence}\n\n${codeOf(name, files)}`;
  const tabs = files.map((file) => codeOf(name, file, ` [${tabOf(file)}]`));
  return `### ${headingOf(files)}\n\n${sentence}\n\n::: code-group\n\n${tabs.join('\n\n')}\n\n:::`;
}

/** Files that are tabs have the beginning of their names in common, or the operation, or else their folders are named. */
function headingOf(files: readonly string[]): string {
  const [first = '', ...others] = files;
  const operation = /([^/]+)\.gen\.\w+$/.exec(first)?.[1];
  const common = [...first].findIndex((letter, place) => others.some((other) => other[place] !== letter));
  const folders = new Set(files.map((file) => dirname(file)));
  return operation ?? (first.slice(0, common).replace(/[./][^./]*$/, '') || [...folders].join(', '));
}

/** The samples of an operation differ by their language, other files by their names. */
function tabOf(file: string): string {
  const [folder = '', rest = ''] = file.split('/');
  return (rest.includes('.gen.') && sampleLanguages().find(({ id }) => id === folder)?.title) || file;
}

function codeOf(name: string, file: string, label = ''): string {
  const code = withoutOrigin(readFileSync(join(examplesFolder, name, file), 'utf8'));
  const extension = extname(file);
  const language = /Dockerfile$/.test(file) ? 'dockerfile' : (languages[extension] ?? (extension.slice(1) || 'txt'));
  return `\`\`\`${language}${label}\n${code}\n\`\`\``;
}
