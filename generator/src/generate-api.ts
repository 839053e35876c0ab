import { stat } from 'node:fs/promises';
import type { Problem } from '@nexconn-kit/document';
import { type ApiTarget, apiParts, commandFor } from './api-parts.js';
import { GenerateError } from './errors.js';
import { makeApi } from './make-api.js';
import { compareOutputs, type Differences, type Target, writeOutputs } from './write-outputs.js';

/** What `generateApi` makes, and where. */
export interface GenerateApiOptions extends ApiTarget {
  /** Whether the files are compared alone, and nothing is written. Default: false. */
  readonly check?: boolean | undefined;
}

/** What came of it; all paths are relative to the working directory. */
export interface GeneratedApi {
  /** Every file that the document asks for. */
  readonly files: readonly string[];
  /** Those that were not yet so, or are not where `check` is set. */
  readonly changed: readonly string[];
  /** Those that were not there. */
  readonly missing: readonly string[];
  /** Files of an earlier run that the document does not ask for any more. */
  readonly stray: readonly string[];
  /** What of the document is not in the code and what looks like a mistake, each with its place and what to do; empty where there is neither. */
  readonly warnings: readonly Problem[];
  /** The command that makes the same. */
  readonly command: string;
}

const names = new Set<string>(['document', 'out', 'parts', 'overlays', 'allowRemote', 'check']);

/**
 * Writes the code of an OpenAPI document into a folder of any project: types, a client, validators, and what the mock plays.
 * It imports published packages alone. An operation that cannot be understood is left out, with a warning. Either all files are written
 * or none; other files in the folder stay.
 *
 * @throws {GenerateError} `GENERATE_FAILED` or `INVALID_OPTION`; as a rejection
 * @throws {DocumentError} `DOCUMENT_INVALID`, with every problem; as a rejection
 * @example
 * const { changed, missing } = await generateApi({ document: 'openapi.yaml', out: 'src/api' });
 */
export async function generateApi(options: GenerateApiOptions): Promise<GeneratedApi> {
  checkOptions(options);
  await refuseNoFolder(options.out);
  const root = process.cwd();
  const target: Target = { folders: [options.out], isShared: true };
  const { outputs, warnings } = await makeApi(root, options);
  const differences = await compareOutputs(root, outputs, target);
  if (options.check !== true) await writeOutputs(root, differences, target);
  const files = outputs.map(({ path }) => path);
  return { files, ...pathsOf(differences), warnings, command: commandFor(options) };
}

/** Returns a line for each file that differs, as the commands print them. */
export function describeDifferences({
  changed,
  missing,
  stray,
}: Pick<GeneratedApi, 'changed' | 'missing' | 'stray'>): string[] {
  return [
    ...changed.map((path) => `  changed  ${path}`),
    ...missing.map((path) => `  new      ${path}`),
    ...stray.map((path) => `  stray    ${path}`),
  ];
}

/** Returns two lines for each warning, as the commands print them: the place and the reason, and what to do. */
export function describeWarnings({ warnings }: Pick<GeneratedApi, 'warnings'>): string[] {
  return warnings.flatMap(({ file, line, message, hint }) => {
    const place = line > 0 ? `${file}:${line}` : file;
    return [`  warning  ${place}  ${message}`, ...(hint === '' ? [] : [`           → ${hint}`])];
  });
}

/** Returns the paths of what differs. */
export function pathsOf({ changed, missing, stray }: Differences): Pick<GeneratedApi, 'changed' | 'missing' | 'stray'> {
  return { changed: changed.map(({ path }) => path), missing: missing.map(({ path }) => path), stray };
}

function checkOptions(options: GenerateApiOptions): void {
  if (typeof options !== 'object' || options === null) refuse('The options are no object. Pass { document, out }.');
  const unknown = Object.keys(options).find((name) => !names.has(name));
  if (unknown !== undefined) refuse(`There is no option ${unknown}. The options are ${[...names].join(', ')}.`);
  const { document, out, parts = [], overlays = [], allowRemote = false, check = false } = options;
  if (!isText(document)) refuse('The option document is no text. Pass the path of an OpenAPI document.');
  if (!isText(out)) refuse('The option out is no text. Pass the path of the folder that the code goes to.');
  if (!Array.isArray(parts) || !parts.every((part) => apiParts.includes(part)))
    refuse(`The option parts is no list of ${apiParts.join(', ')}.`);
  if (!Array.isArray(overlays) || !overlays.every(isText))
    refuse('The option overlays is no list of texts. Pass the paths of OpenAPI Overlays.');
  for (const [name, value] of Object.entries({ allowRemote, check }))
    if (typeof value !== 'boolean') refuse(`The option ${name} is neither true nor false.`);
}

/** Whatever is not there, is made. */
async function refuseNoFolder(out: string): Promise<void> {
  const isFolder = await stat(out).then(
    (found) => found.isDirectory(),
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOTDIR',
  );
  if (!isFolder)
    refuse(`The option out is ${out}, which is no folder. Pass the path of one, or of none that is there.`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function refuse(message: string): never {
  throw new GenerateError(message, { code: 'INVALID_OPTION', problems: [] });
}
