import { fileURLToPath } from 'node:url';
import { startCommand } from './start-command.js';

/** Writes the address of each module to stderr once it is loaded. */
const hooks = `
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
const asModule = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
const register = `import { register } from 'node:module'; register(${JSON.stringify(asModule(hooks))});`;
const traced = { NODE_OPTIONS: `--import=${import.meta.resolve('tsx')} --import=${asModule(register)}` };

/** What a command has written, and which modules it has loaded for that. */
export interface LoadedModules {
  readonly code: number | null;
  readonly stdout: string;
  /** The files of ours, each from its package on, such as `cli/src/bin.ts`. */
  readonly ours: readonly string[];
  /** The names of the packages that they are of, ours and others, in order. */
  readonly packages: readonly string[];
}

/** Runs a command from its sources, which are a file a module where a bundle of them is not. */
export async function loadedModules(source: URL, args: string[]): Promise<LoadedModules> {
  const { code, stdout, stderr } = await startCommand(fileURLToPath(source), args, traced).ended;
  const files = [...stderr.matchAll(/^file:.*\/(packages|node_modules)\/((?:@[^/]+\/)?[^/]+)(\/.*)$/gm)]
    .map(([, kind = '', name = '', path = '']) => ({ kind, name, path }))
    .filter(({ name }) => !['tsx', 'esbuild'].includes(name));
  return {
    code,
    stdout,
    ours: files.filter(({ kind }) => kind === 'packages').map(({ name, path }) => `${name}${path}`),
    packages: [...new Set(files.map(({ name }) => name))].sort(),
  };
}
