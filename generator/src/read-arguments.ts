import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ApiPart, type ApiTarget, apiParts } from './api-parts.js';

/** How the command is called. */
export const usage = `Usage: npm run generate [-- --check] [--root <folder>]
       npm run generate -- --document <file> --out <folder> [--only ${apiParts.join(',')}] [--check | --watch]`;

/** What the command was called with. */
export interface Arguments {
  readonly check: boolean;
  readonly watch: boolean;
  /** The repository. */
  readonly root: string;
  /** The one document whose code is generated; undefined for all of the repository. */
  readonly api: ApiTarget | undefined;
}

/** Returns what a command line asks for. @throws {Error} that `isMistyped` knows */
export function readArguments(args: string[]): Arguments {
  const here = fileURLToPath(new URL('../..', import.meta.url));
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = { check: flag, watch: flag, root: { ...text, default: here }, document: text, out: text, only: text };
  const { check, watch, root, document, out, only } = parseArgs({ args, options }).values;
  if (document === undefined && (out ?? only ?? (watch || undefined)) !== undefined) refuse('--document is missing.');
  if (document !== undefined && out === undefined) refuse('--out is missing: the folder that the code goes to.');
  if (check && watch) refuse('--check writes nothing, so there is nothing to watch for: leave out --check or --watch.');
  const api = document === undefined || out === undefined ? undefined : { document, out, parts: partsOf(only) };
  return { check, watch, root: resolve(root), api };
}

function partsOf(only: string | undefined): readonly ApiPart[] | undefined {
  const names = only?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !apiParts.some((part) => part === name));
  if (unknown !== undefined) refuse(`--only has ${JSON.stringify(unknown)}; it takes ${apiParts.join(', ')}.`);
  return names && apiParts.filter((part) => names.includes(part));
}

function refuse(message: string): never {
  throw Object.assign(new Error(message), { code: 'ERR_PARSE_ARGS_OF_OURS' });
}

/** Whether this is the error of a command line that asks for nothing that there is. */
export function isMistyped(error: unknown): error is Error {
  return error instanceof Error && String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS');
}
