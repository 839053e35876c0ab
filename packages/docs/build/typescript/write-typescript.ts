import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Application,
  type DeclarationReflection,
  type ParameterReflection,
  ReflectionKind,
  type SomeType,
} from 'typedoc';
import { type PublishedEntry, publishedEntries } from './published-entries.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Types of whole documents, which have references of their own. */
const ofDocuments = new Set(['paths', 'components', 'operations', 'webhooks', '$defs', 'document']);

/** Writes a page for each public module below the folder of the site, from its docstrings: `typescript/client.md`. */
export async function writeTypescript(siteFolder: string): Promise<void> {
  const folder = join(siteFolder, 'typescript');
  const entries = publishedEntries(root);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await writeModules(entries, folder);
  for (const [index, entry] of entries.entries()) finishPage(join(folder, `${entry.name}.md`), entry, index + 1);
  writeFileSync(join(folder, 'index.md'), indexOf(entries));
  const lost = readdirSync(folder).filter(
    (file) => !['index.md', ...entries.map(({ name }) => `${name}.md`)].includes(file),
  );
  if (lost.length > 0) throw new Error(`These pages have no module: ${lost.join(', ')}.`);
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
  const modules = project.getReflectionsByKind(ReflectionKind.Module) as DeclarationReflection[];
  for (const module of modules) {
    const entry = entries.find(({ source }) => relative(root, source).replace(/(\/index)?\.ts$/, '') === module.name);
    if (entry === undefined) throw new Error(`${module.name} is the source of no public module.`);
    module.name = entry.name;
    for (const child of unwanted(module)) project.removeReflection(child);
    for (const reflection of [module, ...(module.children ?? [])]) forgetRemoved(reflection);
  }
  for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter) as ParameterReflection[]) {
    if (parameter.name === '__namedParameters') parameter.name = nameOfType(parameter.type);
  }
  await app.generateOutputs(project);
}

/** Returns what would be repeated in each class that extends another, and the types of whole documents. */
function unwanted(module: DeclarationReflection): DeclarationReflection[] {
  const children = module.children ?? [];
  const inherited = children.flatMap((child) => (child.children ?? []).filter(({ inheritedFrom }) => inheritedFrom));
  return [...children.filter(({ name }) => ofDocuments.has(name)), ...inherited];
}

/** The groups of a page were made before, and would show what has gone. */
function forgetRemoved(reflection: DeclarationReflection): void {
  const left = new Set<unknown>(reflection.children);
  for (const group of reflection.groups ?? []) {
    group.children = group.children.filter((child) => child.variant !== 'declaration' || left.has(child));
  }
  const groups = reflection.groups?.filter(({ children }) => children.length > 0);
  if (groups) reflection.groups = groups;
}

/** Returns what a parameter without a name, whose fields are taken apart, is called after its type: `details` for `ErrorDetails`. */
function nameOfType(type: SomeType | undefined): string {
  if (type?.type !== 'reference') return 'options';
  if (['Pick', 'Omit', 'Partial', 'Readonly'].includes(type.name)) return nameOfType(type.typeArguments?.[0]);
  return (/[A-Z][a-z\d]*$/.exec(type.name)?.[0] ?? type.name).toLowerCase();
}

/** Gives a page its head, and the name that a program imports. */
function finishPage(path: string, { specifier }: PublishedEntry, order: number): void {
  const head = `---\ntitle: "${specifier}"\ndescription: The exports of ${specifier}, from its source.\norder: ${order}\noutline: [2, 3]\n---`;
  writeFileSync(path, `${head}\n\n# ${specifier}\n\n${readFileSync(path, 'utf8')}`);
}

function indexOf(entries: readonly PublishedEntry[]): string {
  return [
    '---\ntitle: TypeScript\ndescription: Every export of every package, with its types, from the docstrings of the sources.\nmenu: Reference\norder: 55\n---',
    '# TypeScript reference',
    'Every export of every package, with its types, defaults and errors. It is made of the docstrings that your editor shows.',
    entries.map(({ specifier, name }) => `- [\`${specifier}\`](./${name}.md)`).join('\n'),
    '',
  ].join('\n\n');
}
