import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** What a Node needs beside the path of a bundle: the documents that a program opens are those of the sources. */
export const bundleFlags: readonly string[] = ['--conditions=@nexconn-kit/source'];

/** A bundle that was made, and the state of all files that it was made of. */
interface Made {
  readonly folder: string;
  readonly inputs: Readonly<Record<string, string>>;
}

const root = resolve(import.meta.dirname, '../..');
const bundles = join(root, 'node_modules/.bundles');
const hourMs = 3_600_000;

/**
 * Bundles a program's sources as JavaScript, which any Node runs by itself, and returns its path.
 *
 * A process that compiles its sources while it loads them takes four times the processor to start, and the tests start
 * hundreds. It is made anew as soon as a file that it was made of is another: no older build can pass a test. Modules that a
 * program imports at need are read at need, files beside a source are found there, and packages of others are imported from
 * where they are installed.
 */
export async function bundleSources(entry: URL): Promise<string> {
  const source = fileURLToPath(entry);
  const name = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const note = join(bundles, `${name}.json`);
  const last: Made | undefined = await readFile(note, 'utf8').then(JSON.parse, () => undefined);
  if (last && Object.entries(last.inputs).every(([path, state]) => stateOf(path) === state))
    return programIn(last.folder);

  await mkdir(bundles, { recursive: true });
  const folder = await mkdtemp(join(bundles, `${name}-`));
  const made: Made = { folder, inputs: await bundle(source, folder) };
  await writeFile(join(folder, 'note.json'), JSON.stringify(made));
  await rename(join(folder, 'note.json'), note);
  await removeOlder(name);
  return programIn(folder);
}

/** Bundles a program's sources into a folder of the caller's, who removes it, and returns its path. */
export async function bundleInto(folder: string, source: string): Promise<string> {
  await bundle(source, folder);
  return programIn(folder);
}

const programIn = (folder: string): string => join(folder, 'program.mjs');

/** Returns what tells one version of a file from another. */
function stateOf(path: string): string {
  const { mtimeMs = 0, size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
}

/** Writes the bundle, and returns the state of each file before it was read. */
async function bundle(source: string, outdir: string): Promise<Made['inputs']> {
  const states: Record<string, string> = {};
  await build({
    entryPoints: { program: source },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@nexconn-kit/source'],
    mainFields: ['main'],
    keepNames: true,
    logLevel: 'error',
    plugins: [ofOurs(states)],
  });
  return states;
}

/** Bundles our modules and leaves those of others out; notes what is read. */
function ofOurs(states: Record<string, string>): Plugin {
  const asked = Symbol('asked');
  return {
    name: 'of-ours',
    setup({ onLoad, onResolve, resolve: find }) {
      onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, kind, importer, namespace, resolveDir }) => {
        if (pluginData === asked || path.startsWith('node:')) return;
        const { path: found, errors } = await find(path, { kind, importer, namespace, resolveDir, pluginData: asked });
        if (errors.length > 0) return { path, external: true };
        const isOurs = !relative(root, found).split('/').includes('node_modules');
        return isOurs ? { path: found } : { path: pathToFileURL(found).href, external: true };
      });
      onLoad({ filter: /\.([cm]?[jt]s|json)$/ }, async ({ path }) => {
        states[path] = stateOf(path);
        if (path.endsWith('.json')) return;
        const text = await readFile(path, 'utf8');
        const contents = text
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
        return { contents, loader: path.endsWith('ts') ? 'ts' : 'js', resolveDir: dirname(path) };
      });
    },
  };
}

/** Removes what earlier runs have made of the same program; one that is under way may still start its own. */
async function removeOlder(name: string): Promise<void> {
  for (const entry of await readdir(bundles)) {
    const path = join(bundles, entry);
    if (!entry.startsWith(`${name}-`)) continue;
    // Another process of the tests may be removing it as well.
    const { mtimeMs = Date.now() } = await stat(path).catch(() => ({ mtimeMs: undefined }));
    if (Date.now() - mtimeMs > hourMs) await rm(path, { recursive: true, force: true });
  }
}
