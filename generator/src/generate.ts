import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GenerateError } from './errors.js';
import { makeOutputs } from './make-outputs.js';
import { compareOutputs, type Differences, writeOutputs } from './write-outputs.js';

const usage = 'Usage: npm run generate [-- --check] [--root <folder>]';

/** Generates everything, or with `--check` only lists what is out of date; returns the exit code. */
async function run(args: string[]): Promise<number> {
  const { check, root } = readArguments(args);
  const outputs = await makeOutputs(root);
  const differences = await compareOutputs(root, outputs);
  const lines = describe(differences);
  if (!check) {
    await writeOutputs(root, differences);
    console.log(lines.length === 0 ? `${outputs.length} generated files are up to date.` : lines.join('\n'));
    return 0;
  }
  if (lines.length === 0) {
    console.log(`${outputs.length} generated files are in sync with the spec.`);
    return 0;
  }
  console.error(`Generated code is out of sync with the spec:\n${lines.join('\n')}\nTo fix it: npm run generate`);
  return 1;
}

function readArguments(args: string[]): { check: boolean; root: string } {
  const here = fileURLToPath(new URL('../..', import.meta.url));
  const options = { check: { type: 'boolean', default: false }, root: { type: 'string', default: here } } as const;
  const { values } = parseArgs({ args, options });
  return { check: values.check, root: resolve(values.root) };
}

function describe({ changed, missing, stray }: Differences): string[] {
  return [
    ...changed.map(({ path }) => `  changed  ${path}`),
    ...missing.map(({ path }) => `  new      ${path}`),
    ...stray.map((path) => `  stray    ${path}`),
  ];
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = 1;
  if (error instanceof GenerateError) {
    console.error(`${error.message}\n\nNothing was written.`);
  } else if ((error as { code?: unknown }).code?.toString().startsWith('ERR_PARSE_ARGS')) {
    console.error(`${(error as Error).message}\n${usage}`);
  } else throw error;
}
