import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the runtimes and compilers stand that no workspace depends on. */
export const installedFolder: string = join(import.meta.dirname, 'installed');

const modules = join(installedFolder, 'node_modules');
const { platform, arch } = process;

/** The program of Node 24, whether it is installed or not. */
export const node24: string = nodeProgram(24);

/** A runtime, and how it runs a module of the packed folder. */
export interface Runtime {
  readonly title: string;
  readonly program: string;
  /** What stands before the name of the module. */
  readonly flags: readonly string[];
  readonly isNode: boolean;
}

/** The runtimes that run a module to its end. */
export const runtimes: readonly Runtime[] = [
  { title: `Node ${process.versions.node}`, program: process.execPath, flags: [], isNode: true },
  { title: 'Node 22', program: nodeProgram(22), flags: [], isNode: true },
  { title: 'Node 24', program: node24, flags: [], isNode: true },
  { title: 'Bun', program: join(modules, '.bin/bun'), flags: ['run', '--no-install'], isNode: false },
  {
    title: 'Deno',
    program: join(modules, '.bin/deno'),
    flags: ['run', '--no-remote', '--no-prompt', '--node-modules-dir=manual', '--allow-net=127.0.0.1'],
    isNode: false,
  },
];

/** The program itself: what stands in `.bin` hands no further file descriptor on to it. */
export const workerdProgram: string = join(
  modules,
  `@cloudflare/workerd-${platform}-${arch === 'x64' ? '64' : arch}`,
  'bin/workerd',
);

/** The compilers that the published types are for, by the folder of the package. */
export const compilers: Readonly<Record<string, string>> = {
  'TypeScript 5.9': join(import.meta.dirname, '../../node_modules/typescript'),
  'TypeScript 6': join(modules, 'typescript-6'),
  'TypeScript 7': join(modules, 'typescript-7'),
};

/** The names of what is not here. */
export function missingPrograms(): string[] {
  const programs = runtimes.map(({ title, program }): [string, string] => [title, program]);
  const all = [...programs, ['workerd', workerdProgram], ...Object.entries(compilers)] as [string, string][];
  return all.filter(([, path]) => !existsSync(path)).map(([title]) => title);
}

function nodeProgram(major: number): string {
  return join(modules, `node-${major}-${platform}-${arch}`, 'bin/node');
}
