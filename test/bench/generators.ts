import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCi } from '../support/npm-ci.js';
import { writeManyOperations } from './generate.js';
import { type Generator, measureGenerator } from './generators/measure-generator.js';
import { findNode24 } from './node-24.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const own = join(repository, 'packages/cli/dist/bin.js');

/**
 * Measures `nexconn generate`, as it is built, beside the generators that others use, in one run: those of today on Node 24,
 * and the last ones for Node 20. The documents are ours, one of 1,000 operations, and files that are named after the bench's name.
 * What each writes differs: openapi-typescript types alone, the others a client too, ours validators and the mock's part besides.
 */
export async function benchGenerators(): Promise<Record<string, number>> {
  const named = process.argv.slice(3).filter((arg) => !arg.startsWith('-'));
  const scratch = await mkdtemp(join(tmpdir(), 'bench-generators-'));
  try {
    await writeManyOperations(scratch, 1_000);
    const documents: [title: string, path: string][] = [
      ['our own', join(repository, 'packages/contract/src/generated/nexconn/openapi.gen.yaml')],
      ['1,000 operations', join(scratch, 'spec/many/openapi.yaml')],
      ...named.map((path): [string, string] => [basename(path), resolve(process.env.INIT_CWD ?? '.', path)]),
    ];
    const results: Record<string, number> = {};
    console.log(row('document', 'generator', 'CPU s', 'MB', 'kB', 'tsc s', 'errors'));
    for (const [title, document] of documents) {
      for (const generator of generators()) {
        const figures = await measureGenerator(generator, document);
        if (typeof figures === 'string') {
          console.log(row(title, generator.name, figures));
          continue;
        }
        const { cpuSeconds, megabytes, kilobytes, tscSeconds, tscErrors } = figures;
        const cells = [cpuSeconds.toFixed(2), megabytes.toFixed(0), kilobytes.toFixed(0), tscSeconds.toFixed(2)];
        console.log(row(title, generator.name, ...cells, `${tscErrors}`));
        for (const [name, value] of Object.entries(figures)) results[`${title}, ${generator.name}, ${name}`] = value;
      }
    }
    return results;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function row(document: string, generator: string, ...cells: readonly string[]): string {
  return [document.padEnd(24), generator.padEnd(34), ...cells.map((cell) => cell.padStart(8))].join(' ');
}

function generators(): Generator[] {
  const node24 = findNode24();
  const ours = (node: string, on: string): Generator => ({
    name: `nexconn generate, ${on}`,
    node,
    args: (document, out) => [own, 'generate', '--document', document, '--out', out],
  });
  return [
    ours(process.execPath, 'Node 20'),
    ...peers(process.execPath, 'node-20', 'Node 20'),
    ...(node24 ? [ours(node24, 'Node 24'), ...peers(node24, 'node-24', 'Node 24')] : []),
  ];
}

function peers(node: string, folder: string, on: string): Generator[] {
  const root = fileURLToPath(new URL(`generators/${folder}`, import.meta.url));
  // They run on another Node than npm does here.
  const failure = npmCi(root, ['--engine-strict=false']);
  if (failure !== '') throw new Error(failure);
  const bin = (path: string): string => join(root, 'node_modules', path);
  return [
    {
      name: `openapi-typescript, ${on}`,
      node,
      args: (document, out) => [bin('openapi-typescript/bin/cli.js'), document, '-o', join(out, 'types.ts')],
    },
    {
      name: `hey-api, ${on}`,
      node,
      args: (document, out) => [bin('@hey-api/openapi-ts/bin/run.js'), '-i', document, '-o', out],
    },
    {
      name: `orval, ${on}`,
      node,
      args(document, out) {
        const script = bin(folder === 'node-20' ? 'orval/dist/bin/orval.js' : 'orval/dist/bin/orval.mjs');
        return [script, '--input', document, '--output', join(out, 'api.ts'), '--client', 'fetch'];
      },
    },
    {
      name: `redocly generate-client, ${on}`,
      node,
      args: (document, out) => [
        bin('@redocly/cli/bin/cli.js'),
        'generate-client',
        document,
        '-o',
        join(out, 'client.ts'),
      ],
    },
  ];
}
