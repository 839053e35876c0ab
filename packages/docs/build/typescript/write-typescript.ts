import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, ReflectionKind } from 'typedoc';
import { finishPage } from './finish-page.js';
import { mendProject } from './mend-project.js';
import { type PublishedEntry, publishedEntries } from './published-entries.js';
import { headOfIndex } from './write-heads.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Writes a page for each public module below the folder of the site, from its docstrings: `typescript/client.md`. */
export async function writeTypescript(siteFolder: string): Promise<void> {
  const folder = join(siteFolder, 'typescript');
  const entries = publishedEntries(root);
  const errorsPage = readFileSync(join(siteFolder, 'errors.md'), 'utf8');
  const written = mkdtempSync(join(tmpdir(), 'nexconn-docs-'));
  try {
    await writeModules(entries, written);
    for (const [index, entry] of entries.entries()) {
      const markdown = readFileSync(join(written, `${entry.name}.md`), 'utf8');
      writeFileSync(join(folder, `${entry.name}.md`), finishPage(markdown, entry, index + 1, errorsPage));
    }
    const known = ['index.md', ...entries.map(({ name }) => `${name}.md`)];
    const lost = readdirSync(written).filter((file) => !known.includes(file));
    if (lost.length > 0) throw new Error(`These pages have no module: ${lost.join(', ')}.`);
  } finally {
    rmSync(written, { recursive: true });
  }
  writeFileSync(join(folder, 'index.md'), indexOf(entries, folder));
}

async function writeModules(entries: readonly PublishedEntry[], out: string): Promise<void> {
  const options = {
    entryPoints: entries.map(({ source }) => source),
    basePath: root,
    out,
    tsconfig: join(root, 'packages/docs/build/typescript/tsconfig.json'),
    plugin: ['typedoc-plugin-markdown'],
    // `npm run typecheck` does that; no file of docs is in the program.
    skipErrorChecking: true,
    readme: 'none',
    disableSources: true,
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: true,
    preservedTypeAnnotationTags: ['@throws'],
    logLevel: 'Error',
    validation: false,
    router: 'module',
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hidePageTitle: true,
    useHTMLAnchors: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    // What a property is and takes fits the width of a page; where it comes from does not.
    tableColumnSettings: { hideInherited: true, hideModifiers: true, hideOverrides: true },
  };
  const app = await Application.bootstrapWithPlugins(options as Parameters<typeof Application.bootstrapWithPlugins>[0]);
  const project = await app.convert();
  if (project === undefined) throw new Error('The sources of the packages could not be read.');
  mendProject(project);
  for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
    const entry = entries.find(({ source }) => relative(root, source).replace(/(\/index)?\.ts$/, '') === module.name);
    if (entry === undefined) throw new Error(`${module.name} is the source of no public module.`);
    module.name = entry.name;
  }
  await app.generateOutputs(project);
}

function indexOf(entries: readonly PublishedEntry[], folder: string): string {
  return [
    headOfIndex,
    '# TypeScript reference',
    'Every export of every package, with its types, defaults and errors. It is made of the docstrings that your editor shows.',
    entries.map((entry) => lineOf(entry, readFileSync(join(folder, `${entry.name}.md`), 'utf8'))).join('\n'),
    whatCanGoWrong,
    '',
  ].join('\n\n');
}

/** What a compiler says where a set-up does not fit; errors of a module stand on its page. */
const whatCanGoWrong = `## What can go wrong

| what you see | why | what to do |
|---|---|---|
| TS2792, \`Cannot find module\` | \`moduleResolution\` is \`classic\`, as without one beside \`"module": "es2022"\` | \`"moduleResolution": "nodenext"\` or \`"bundler"\` |
| TS2854 at \`await using\` | \`module\` or \`target\` is older | \`"module": "nodenext"\`, \`"target": "es2022"\`; or \`const\`, and \`close()\` at the end |
| TS2322, \`not assignable to type 'undefined'\` | two options exclude one another, such as \`region\` and \`baseUrl\` | pass one of them |
| TS2305, \`has no exported member\` | another version than that of these pages is installed | \`npm ls @nexconn-kit/client\`, then [Changes](../changes.md) |`;

/** A module by its name and by the first of what it exports: functions before types. */
function lineOf({ specifier, name }: PublishedEntry, page: string): string {
  const functions = /^## Functions\n[\s\S]*?(?=^## |(?![\s\S]))/m.exec(page)?.[0] ?? page;
  const exported = [...functions.matchAll(/^(?:### (.+?)(?:\(\))?|- \[(\w+)\].*)$/gm)];
  const names = exported.map(([, own, other]) => own ?? other ?? '');
  const isType = (each: string): boolean => /^[A-Z]/.test(each);
  const shown = [...names.filter((each) => !isType(each)), ...names.filter(isType)].slice(0, 4);
  const list = shown.map((each) => `\`${each}\``).join(', ');
  return `- [\`${specifier}\`](./${name}.md): ${list}${names.length > shown.length ? ' …' : ''}`;
}
