import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const examplesFolder = fileURLToPath(new URL('../../../../examples', import.meta.url));
const repository = 'https://github.com/nexconn-kit/nexconn-kit/tree/main/examples';
const languages: Record<string, string> = {
  '.mjs': 'js',
  '.cjs': 'js',
  '.env': 'ini',
  '.yaml': 'yaml',
  '.toml': 'toml',
  '.py': 'python',
  '.rb': 'ruby',
  '.kt': 'kotlin',
  '.cs': 'csharp',
};

/** Writes a page for each folder of `examples/` below the folder of the site: its README, and its files as they are. */
export function writeRecipes(siteFolder: string): void {
  const folder = join(siteFolder, 'recipes');
  for (const name of readdirSync(folder)) if (name !== 'index.md') rmSync(join(folder, name));
  for (const name of exampleNames()) writeFileSync(join(folder, `${name}.md`), recipeOf(name));
}

/** Returns the folders of `examples/`, by name. */
export function exampleNames(): string[] {
  return readdirSync(examplesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function recipeOf(name: string): string {
  const readme = readFileSync(join(examplesFolder, name, 'README.md'), 'utf8');
  const [heading = '', ...rest] = readme.split('\n');
  const text = rest.join('\n').trim();
  const title = heading.replace(/^# /, '');
  const description = (text.split('\n\n', 1)[0] ?? '').replaceAll(/\s+/g, ' ').replaceAll(/[`*]|\[|\]\([^)]*\)/g, '');
  return [
    `---\ntitle: ${JSON.stringify(title)}\ndescription: ${JSON.stringify(description)}\n---`,
    `# ${title}`,
    withSiteLinks(text, name),
    '## The files',
    ...filesOf(name).map((file) => fileBlock(name, file)),
    '## How it is tested',
    ...howTested(name),
    '',
  ].join('\n\n');
}

function howTested(name: string): string[] {
  const folder = `[this folder](${repository}/${name})`;
  if (name === 'languages')
    return ['```sh\nnpm run samples\n```', `In the repository, this runs each program of ${folder} against a mock.`];
  return [
    `\`\`\`sh\nnpm run examples -- ${name}\n\`\`\``,
    `In the repository, this packs the packages, installs ${folder} from them and runs its check beside a mock.`,
  ];
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
  return readdirSync(join(examplesFolder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(examplesFolder, name), join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => /\.\w+$|Dockerfile$/.test(path) && !/(^|\/)(node_modules|check|fake|dist|\.next)\//.test(path))
    .filter(
      (path) => !/(^|\/)(README\.md|package\.json|tsconfig\.json|samples\.gen\.json|check[\w-]*\.m?js)$/.test(path),
    )
    .sort();
}

function fileBlock(name: string, file: string): string {
  const code = readFileSync(join(examplesFolder, name, file), 'utf8').trimEnd();
  const extension = extname(file);
  const language = file.endsWith('Dockerfile') ? 'dockerfile' : (languages[extension] ?? extension.slice(1));
  return `### ${file}\n\n\`\`\`${language}\n${code}\n\`\`\``;
}
