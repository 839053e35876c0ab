import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { folderSize } from '../../support/folder-size.js';

/** A command that makes code of a document. */
export interface Generator {
  readonly name: string;
  /** Of the Node that it runs on. */
  readonly node: string;
  readonly args: (document: string, out: string) => readonly string[];
}

/** What one run of it takes, and `tsc` over what it has written. */
export interface GeneratorFigures {
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly kilobytes: number;
  readonly tscSeconds: number;
  readonly tscErrors: number;
}

interface Usage {
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** Below the project, so that code which imports its packages finds them. */
const cache = resolve(import.meta.dirname, '../../../node_modules/.cache');
const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
const hook = new URL('usage-hook.mjs', import.meta.url).href;
const compilerOptions = {
  ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
  ...{ target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'], module: 'esnext', moduleResolution: 'bundler' },
};

/** Runs a generator on a document, and resolves with its figures; with what it said where it fails. */
export async function measureGenerator(generator: Generator, document: string): Promise<GeneratorFigures | string> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'generators-'));
  const out = join(folder, 'api');
  try {
    await mkdir(out);
    const made = await run(generator.node, generator.args(document, out), folder);
    if (made.failure !== undefined) return made.failure;
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['api'] }));
    const checked = await run(process.execPath, [tsc, '-p', folder], folder);
    return {
      ...made.usage,
      kilobytes: (await folderSize(out)) / 1_000,
      tscSeconds: checked.usage.cpuSeconds,
      tscErrors: checked.output.split('\n').filter((line) => /error TS\d+/.test(line)).length,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly usage: Usage;
  readonly output: string;
  /** The end of what it said, where it failed. */
  readonly failure: string | undefined;
}

/** A generator that does not end is ended. */
const limitMs = 300_000;

async function run(node: string, args: readonly string[], folder: string): Promise<Run> {
  const usages = await mkdtemp(join(folder, 'usage-'));
  const env = { ...process.env, NODE_OPTIONS: `--import ${hook}`, USAGE_FOLDER: usages, DO_NOT_TRACK: '1', CI: 'true' };
  const child = spawn(node, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [status] = await once(child, 'close');
  const used = await Promise.all((await readdir(usages)).map((name) => readFile(join(usages, name), 'utf8')));
  const all = used.map((text) => JSON.parse(text) as Usage);
  return {
    usage: {
      cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
      megabytes: Math.max(0, ...all.map(({ megabytes }) => megabytes)),
    },
    output,
    failure: status === 0 ? undefined : `failed: ${output.trim().slice(-200)}`,
  };
}
