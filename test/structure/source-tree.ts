import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

export const root = resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** Relative to the `src/` of its workspace. */
  readonly inside: string;
  readonly text: string;
  readonly isGenerated: boolean;
  /** The files of the same `src/` that it imports, types included, relative to the root of the repository. */
  readonly imports: readonly string[];
}

/** Returns every file of a workspace's `src/` that is code and no test. */
export function readSources(workspace: string): SourceFile[] {
  const folder = join(root, workspace, 'src');
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/\.test\.|\.d\.ts$/.test(path))
    .sort();
  const known = new Set(paths);
  const aliases = readAliases(workspace);
  return paths.map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return {
      path,
      inside: relative(folder, join(root, path)),
      text,
      isGenerated: path.includes('.gen.'),
      imports: specifiersOf(text)
        .flatMap((specifier) => targetsOf(path, specifier, aliases))
        .flatMap((target) => candidatesFor(target).find((each) => known.has(each)) ?? []),
    };
  });
}

/** Returns what a module imports, exports from, or loads later, as it is written there. */
export function specifiersOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Returns the chains of imports that end where they began, one for each file that closes such a chain. */
export function findCycles(files: readonly SourceFile[]): string[][] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const chain: string[] = [];
  const cycles: string[][] = [];
  const visit = (path: string): void => {
    chain.push(path);
    for (const target of byPath.get(path)?.imports ?? []) {
      const start = chain.indexOf(target);
      if (start >= 0) cycles.push([...chain.slice(start), target]);
      else if (!done.has(target)) visit(target);
    }
    chain.pop();
    done.add(path);
  };
  for (const { path } of files) if (!done.has(path)) visit(path);
  return cycles;
}

/** Returns where a file's module stands in the layers: the longest listed name that its path begins with. */
export function moduleOf(
  inside: string,
  layers: readonly (readonly string[])[],
): { name: string; layer: number } | undefined {
  const stem = inside.replace(/\.[^/]*$/, '');
  return layers
    .flatMap((names, layer) => names.map((name) => ({ name, layer })))
    .filter(({ name }) => stem === name || inside.startsWith(`${name}/`))
    .sort((a, b) => b.name.length - a.name.length)
    .at(0);
}

/** Returns the imports that go neither to their own module nor to a layer below it, as `a imports b`. */
export function findUpwardImports(files: readonly SourceFile[], layers: readonly (readonly string[])[]): string[] {
  const modules = new Map(files.map((file) => [file.path, moduleOf(file.inside, layers)]));
  return files.flatMap((file) => {
    const from = modules.get(file.path);
    return file.imports
      .filter((target) => {
        const to = modules.get(target);
        return from && to && from.name !== to.name && to.layer <= from.layer;
      })
      .map((target) => `${file.path} imports ${target}`);
  });
}

/** The private imports of a package, `#name` → the source files that may stand behind it. */
function readAliases(workspace: string): Map<string, string[]> {
  const { imports = {} } = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
  return new Map(
    Object.entries(imports).map(([name, target]) => [
      name,
      [...new Set(leavesOf(target))].filter((path) => path.startsWith('./src/')).map((path) => join(workspace, path)),
    ]),
  );
}

function leavesOf(target: unknown): string[] {
  return typeof target === 'string' ? [target] : Object.values(target ?? {}).flatMap(leavesOf);
}

function targetsOf(path: string, specifier: string, aliases: Map<string, string[]>): string[] {
  if (specifier.startsWith('#')) return aliases.get(specifier) ?? [];
  return specifier.startsWith('.') ? [join(dirname(path), specifier)] : [];
}

function candidatesFor(target: string): string[] {
  return [target, target.replace(/\.js$/, '.ts'), target.replace(/\.js$/, '.tsx')];
}
