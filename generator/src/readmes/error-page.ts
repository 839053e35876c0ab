import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asArray, asObject } from '@nexconn-kit/document/compiler';
import { parse } from 'yaml';
import { generateFailed, problemOf } from '../errors.js';
import type { JsonObject, ResolvedDocument } from '../types.js';

/** What one package or document reports errors with: a file of `spec/errors/`. */
export interface ErrorArea {
  /** The name of its file, and the beginning of its anchors. */
  readonly name: string;
  readonly order: number;
  readonly title: string;
  readonly intro: string;
  readonly errors: readonly DescribedError[];
}

interface DescribedError {
  readonly code: string;
  /** A name that says more than a number. */
  readonly name: string;
  readonly class: string | undefined;
  readonly httpStatus: number | undefined;
  readonly retryable: boolean | string;
  readonly meaning: string;
  readonly cause: string;
  readonly remedy: string;
  /** What tests have seen, word by word. */
  readonly examples: readonly string[];
}

/** Returns the areas of `spec/errors/` in their order. @throws {GenerateError} GENERATE_FAILED where an entry or its example lacks something */
export async function readErrorAreas(root: string, documents: readonly ResolvedDocument[]): Promise<ErrorArea[]> {
  const folder = join(root, 'spec/errors');
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  const areas = await Promise.all(files.map((file) => readArea(folder, file.replace(/\.yaml$/, ''), documents)));
  return areas.sort((one, other) => one.order - other.order);
}

async function readArea(folder: string, name: string, documents: readonly ResolvedDocument[]): Promise<ErrorArea> {
  const file = `spec/errors/${name}.yaml`;
  const { order, title, intro, errors, errorsOf } = parse(await readFile(join(folder, `${name}.yaml`), 'utf8'));
  const samples = `${folder}/examples/${name}.gen.json`;
  const examples: Record<string, string[]> = existsSync(samples) ? JSON.parse(await readFile(samples, 'utf8')) : {};
  const catalogue = documents.find((document) => document.name === errorsOf)?.bundle['x-error-codes'];
  const described = asArray(errors ?? catalogue).map((entry) => describe(asObject(entry), file, examples));
  return { name, order, title, intro, errors: described };
}

function describe(entry: JsonObject, file: string, examples: Readonly<Record<string, string[]>>): DescribedError {
  const { code, name, class: errorClass, httpStatus, retryable, meaning, cause, remedy } = entry;
  const shown = examples[`${code}`] ?? [];
  const isWhole = isText(meaning) && isText(remedy) && (typeof retryable === 'boolean' || isText(retryable));
  if (code === undefined || !isWhole || shown.length === 0) {
    const message = `The error ${code} lacks meaning, remedy, retryable or an example.`;
    const hint = 'Write the first three here; the tests of errors in its package write the example (npx vitest -u).';
    throw generateFailed([problemOf(file, message, hint)]);
  }
  return {
    code: `${code}`,
    name: isText(name) ? name : '',
    class: isText(errorClass) ? errorClass : undefined,
    httpStatus: typeof httpStatus === 'number' ? httpStatus : undefined,
    retryable: retryable as boolean | string,
    meaning: meaning.trim(),
    cause: isText(cause) ? cause.trim() : '',
    remedy: remedy.trim(),
    examples: shown,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Returns every error under an anchor of its own, `area-CODE`, which `docUrl` of errors leads to. */
export function errorPage(areas: readonly ErrorArea[]): string {
  return areas
    .map(({ name, title, intro, errors }) => {
      const entries = errors.map((error) => errorSection(name, error));
      return [`## ${title} {#${name}}`, intro.trim(), ...entries].join('\n\n');
    })
    .join('\n\n');
}

function errorSection(area: string, error: DescribedError): string {
  const { code, name, httpStatus, class: errorClass, meaning, cause, remedy, examples } = error;
  const kinds = [errorClass && `\`${errorClass}\``, httpStatus && `HTTP ${httpStatus}`].filter(Boolean);
  return [
    `### ${[code, name].join(' ').trim()} {#${area}-${code}}`,
    [...kinds, `Retry: ${retryWord(error)}`].join(' · '),
    meaning,
    ...(cause === '' ? [] : [`**Cause:** ${cause}`]),
    `**What to do:** ${remedy}`,
    ...examples.map((example) => `\`\`\`text\n${example}\n\`\`\``),
  ].join('\n\n');
}

function retryWord({ retryable }: DescribedError): string {
  return typeof retryable === 'string' ? retryable : retryable ? 'yes' : 'no';
}
