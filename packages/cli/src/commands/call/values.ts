import { openAsBlob } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { basename } from 'node:path';
import { asArray, asObject, dereference, isBinary, type JsonObject, type Schema } from '@nexconn-kit/document/compiler';
import { CliError } from '@nexconn-kit/token-server/command-line';
import { fileType } from './file-type.js';

/** What a value is read by. */
export interface ValueContext {
  /** The flag that it stands behind, without dashes. */
  readonly flag: string;
  readonly bundle: JsonObject;
}

/** Far deeper than alternatives of alternatives are nested. */
const depthLimit = 8;

/** Returns the JSON types that a schema allows; empty where it does not say, or allows nothing. */
export function kindsOf(schema: Schema, bundle: JsonObject): ReadonlySet<string> {
  return new Set(collectKinds(schema, bundle, depthLimit));
}

function collectKinds(schema: unknown, bundle: JsonObject, depth: number): string[] {
  const node = asObject(dereference(bundle, schema as JsonObject));
  if (node.type !== undefined) return (Array.isArray(node.type) ? node.type : [node.type]).map(String);
  if (node.const !== undefined) return [kindOf(node.const)];
  if (Array.isArray(node.enum)) return node.enum.map(kindOf);
  if (depth === 0) return [];
  const [either, all] = [[...asArray(node.oneOf), ...asArray(node.anyOf)], asArray(node.allOf)];
  const kinds = [...either, ...all].flatMap((each) => collectKinds(each, bundle, depth - 1));
  if (kinds.length > 0) return kinds;
  return node.properties === undefined ? [] : ['object'];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Returns the texts of the few values that a schema allows; empty where it allows others, too. */
export function choicesOf(schema: Schema, bundle: JsonObject): string[] {
  const node = asObject(dereference(bundle, schema));
  const values = node.const === undefined ? asArray(node.enum) : [node.const];
  if (values.length > 0) return values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : `${value}`));
  const kinds = kindsOf(schema, bundle);
  if (kinds.has('array')) return node.items === undefined ? [] : choicesOf(node.items as Schema, bundle);
  return kinds.size === 1 && kinds.has('boolean') ? ['true', 'false'] : [];
}

/** Whether a flag needs no value: one of a boolean. */
export function isSwitch(schema: Schema, bundle: JsonObject): boolean {
  const kinds = kindsOf(schema, bundle);
  return kinds.has('boolean') && [...kinds].every((kind) => kind === 'boolean' || kind === 'null');
}

/** Returns the value of the texts of one flag, of the type that its schema has. @throws {CliError} USAGE */
export async function readValue(texts: readonly string[], schema: Schema, context: ValueContext): Promise<unknown> {
  const { bundle, flag } = context;
  const kinds = kindsOf(schema, bundle);
  const [first = ''] = texts;
  if (!kinds.has('array')) {
    if (texts.length > 1) throw usage(`--${flag} is given ${texts.length} times, and takes one value.`);
    return readOne(first, schema, context);
  }
  const whole = texts.length === 1 && first.startsWith('[') ? parseJson(first) : undefined;
  if (Array.isArray(whole)) return whole;
  const items = (asObject(dereference(bundle, schema)).items ?? true) as Schema;
  return Promise.all(texts.map((text) => readOne(text, items, context)));
}

async function readOne(text: string, schema: Schema, context: ValueContext): Promise<unknown> {
  const { bundle, flag } = context;
  const kinds = kindsOf(schema, bundle);
  if (text.startsWith('@') && isFile(schema, bundle)) return openFile(text.slice(1), flag);
  if (holdsFile(schema, bundle)) throw usage(`--${flag} takes a file. Write @ and its path.`);
  const value = kinds.has('string') && !kinds.has('object') ? undefined : parseJson(text);
  if (kinds.size === 0) return value === undefined ? text : value;
  const kind = kindOf(value);
  const isMeant = kinds.has(kind) || (kind === 'number' && kinds.has('integer'));
  if (value !== undefined && isMeant) return exact(value, flag);
  if (kinds.has('string')) return text;
  throw usage(`--${flag} takes ${[...kinds].map(inWords).join(' or ')}.`);
}

/** What JSON has more digits of than a number of JavaScript holds would be sent as another value. */
function exact(value: unknown, flag: string): unknown {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  throw usage(`--${flag} has more digits than can be sent exactly: 9007199254740991 is the largest.`);
}

function inWords(kind: string): string {
  if (kind === 'integer') return 'a whole number';
  if (kind === 'boolean') return 'true or false';
  if (kind === 'object') return 'a JSON object';
  return kind === 'array' ? 'a JSON array' : kind === 'number' ? 'a number' : kind;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a field of a form may hold a file. */
function isFile(schema: Schema, bundle: JsonObject): boolean {
  return holdsFile(schema, bundle) || asObject(dereference(bundle, schema)).contentMediaType !== undefined;
}

/** Whether a field of a form holds nothing but a file: the path of one would be sent as its content. */
function holdsFile(schema: Schema, bundle: JsonObject): boolean {
  return isBinary(asObject(dereference(bundle, schema)));
}

async function openFile(path: string, flag: string): Promise<File> {
  const blob = await openBlob(path).catch(({ code }: NodeJS.ErrnoException) => {
    throw usage(`The file behind --${flag} cannot be read (${code}). Write @ and the path of a file.`);
  });
  return new File([blob], basename(path), { type: fileType(path) });
}

/** What openAsBlob cannot open it says without a reason, and Node 20 throws it at once. */
async function openBlob(path: string): Promise<Blob> {
  await access(path, constants.R_OK);
  return openAsBlob(path);
}

/** Returns what stands behind a flag, in words: `array of string`, `@file`. */
export function typeInWords(schema: Schema, bundle: JsonObject): string {
  if (holdsFile(schema, bundle)) return '@file';
  const kinds = kindsOf(schema, bundle);
  const { items } = asObject(dereference(bundle, schema));
  const words = [...kinds].map((kind) => {
    return kind === 'array' && items !== undefined ? `array of ${typeInWords(items as Schema, bundle)}` : kind;
  });
  return words.join(' or ') || 'any';
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
