import { basename, extname, resolve } from 'node:path';
import { invalidDocument } from '../errors.js';
import { appendPointer, readKeys, splitPointer } from '../json/json-pointer.js';
import { asObject, isObject } from '../json/references.js';
import type { Json } from '../json/types.js';
import type { Problem, SourcePosition } from '../types.js';
import { fileVersionOf } from './file-version.js';
import { parseSourceFile } from './parse-file.js';
import { readFileText, readRemoteText } from './read-text.js';
import { resolvePointer } from './resolve-pointer.js';
import {
  addressProblem,
  isData,
  isRemote,
  nameFile,
  positionAt,
  type Reference,
  referencesOf,
  resolveTarget,
  type SourceFile,
  type Target,
} from './source-file.js';

/** The hand-written files of one document, kept for their values and positions. */
export interface Sources {
  /** Absolute path of the document. */
  readonly entry: string;
  /** Whether it refers to other files. */
  readonly isSplit: boolean;
  /** What is wrong with each `$ref` that leads nowhere, by its text. */
  readonly broken: ReadonlyMap<string, readonly Problem[]>;
  /** Every file that was read or looked for: absolute path → its version before it was read. */
  files(): ReadonlyMap<string, string>;
  /** Returns what a file says, a text where it is no data; undefined where it was not read, or is not valid. */
  valueOf(path: string): Json | undefined;
  /** Returns the place that a pointer into the document leads to, through every `$ref` on the way. */
  locate(pointer: string): SourcePosition;
}

/** How files are read. */
export interface ReadOptions {
  /** Whether a `$ref` to another host is followed. Default: false. */
  readonly allowRemote?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads each file once, and keeps what it looked like just before. */
interface Reader {
  readonly versions: ReadonlyMap<string, string>;
  readonly read: (path: string) => Promise<string>;
}

/** The files that the references of a document have led to, and those references. */
interface Collection {
  readonly files: Map<string, SourceFile>;
  /** Of what is no data. */
  readonly texts: Map<string, string>;
  readonly references: Reference[];
  readonly broken: Map<string, Problem[]>;
}

/**
 * Returns a document and every file that it refers to; messages name files as seen from `root`.
 *
 * @throws {DocumentError} on a syntax error in the document itself, or where it is not of OpenAPI 3.0, 3.1 or 3.2
 */
export async function readSources(root: string, source: string, options: ReadOptions = {}): Promise<Sources> {
  if (isRemote(source)) throw invalidDocument([addressProblem(source, 'The OpenAPI document')], new Map());
  const { versions, read } = createReader(options);
  const entry = resolve(root, source);
  const nameOf = (path: string): string => (isRemote(path) ? path : nameFile(root, path));
  await read(entry).catch((error: NodeJS.ErrnoException) => {
    throw invalidDocument([unreadableEntry(nameOf(entry), error)], versions);
  });

  const collection: Collection = { files: new Map(), texts: new Map(), references: [], broken: new Map() };
  const { files, texts, references, broken } = collection;
  await collect(entry, { read, nameOf, collection, allowRemote: options.allowRemote === true });
  const main = files.get(entry) as SourceFile;
  // A file that does not parse is a mistake, or one that is being written, and no operation that cannot be played.
  const unparsed = [...files.values()].flatMap(({ problems }) => problems);
  const refusals = unparsed.length > 0 ? unparsed : checkVersion(main);
  if (refusals.length > 0) throw invalidDocument(refusals, versions);
  for (const reference of references) {
    const problem = broken.has(reference.target) ? undefined : checkTarget(reference, files);
    if (problem) broken.set(reference.target, [problem]);
  }
  for (const [target, problem] of findCircles(references, files)) broken.set(target, [problem]);
  return {
    entry,
    isSplit: references.some(({ target }) => !target.startsWith('#')),
    broken,
    files: () => versions,
    valueOf: (path) => (files.get(path)?.problems.length === 0 ? files.get(path)?.value : texts.get(path)),
    locate: createLocator(main, collection),
  };
}

function createReader({ signal }: ReadOptions): Reader {
  const texts = new Map<string, Promise<string>>();
  const versions = new Map<string, string>();
  return {
    versions,
    read(path) {
      const known = texts.get(path);
      if (known) return known;
      if (!isRemote(path)) versions.set(path, fileVersionOf(path));
      const text = isRemote(path) ? readRemoteText(path, signal) : readFileText(path);
      texts.set(path, text);
      return text;
    },
  };
}

function unreadableEntry(file: string, { code }: NodeJS.ErrnoException): Problem {
  const message = code === 'ENOENT' ? 'There is no such file.' : `It cannot be read (${code}).`;
  const hint = 'Name the OpenAPI document, a file in YAML or JSON.';
  return { file, line: 0, column: 0, pointer: '', message, hint };
}

interface CollectContext {
  readonly read: Reader['read'];
  readonly nameOf: (path: string) => string;
  readonly collection: Collection;
  readonly allowRemote: boolean;
}

/** Parses a file and those that it refers to, directly or not. */
async function collect(path: string, context: CollectContext): Promise<SourceFile> {
  const { read, nameOf, collection } = context;
  const file = parseSourceFile(path, nameOf(path), await read(path));
  collection.files.set(path, file);
  if (file.problems.length > 0) return file;
  for (const reference of referencesOf(file)) {
    const problems = reference.target.startsWith('#') ? [] : await follow(reference, context);
    if (problems.length === 0) collection.references.push(reference);
    else if (!reference.isShown) collection.broken.set(reference.target, [...problems]);
  }
  return file;
}

/** Reads the file of a reference, and returns what keeps it from being used. */
async function follow(reference: Reference, context: CollectContext): Promise<readonly Problem[]> {
  const { read, collection, allowRemote } = context;
  const { file, target } = reference;
  const { path } = resolveTarget(file.path, target);
  if (isRemote(path) && !allowRemote) {
    const hint = 'Allow it with --allow-remote (allowRemote), or copy what it names beside the document.';
    return [{ ...positionOf(reference), message: `$ref ${target} leads to another host.`, hint }];
  }
  const known = collection.files.get(path);
  if (known) return known.problems;
  let text: string;
  try {
    text = await read(path);
  } catch (error) {
    return [unreadable(reference, path, error as NodeJS.ErrnoException, context)];
  }
  if (isData(path)) return (await collect(path, context)).problems;
  collection.texts.set(path, text);
  return [];
}

function unreadable(
  reference: Reference,
  path: string,
  { code, message: text, cause }: NodeJS.ErrnoException,
  { nameOf }: CollectContext,
): Problem {
  // What fetch itself says is the same for all reasons.
  const { code: reason, message: inWords } = Object(cause) as NodeJS.ErrnoException;
  const unread = code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? reason ?? inWords ?? text})`;
  const words = code === 'ENOENT' ? 'does not exist' : unread;
  // The working directory itself has no name.
  const message = `$ref ${reference.target} leads nowhere: ${nameOf(path) || './'} ${words}.`;
  return { ...positionOf(reference), message, hint: 'Correct the path or write the file.' };
}

/** Returns the place of the text of a `$ref`. */
function positionOf({ file, pointer }: Reference): SourcePosition {
  const { valueOffset } = resolvePointer(new Map(), file, splitPointer(pointer));
  return positionAt(file, valueOffset, pointer);
}

/** A file that is no data, or has no valid syntax, has been dealt with. */
function checkTarget(reference: Reference, files: ReadonlyMap<string, SourceFile>): Problem | undefined {
  const { path, keys } = resolveTarget(reference.file.path, reference.target);
  const aim = files.get(path);
  if (reference.isShown || aim === undefined || aim.problems.length > 0 || isThere(aim.value, keys)) return undefined;
  // Only now, since this needs the places of all nodes.
  const { file, missing, siblings } = resolvePointer(files, aim, keys);
  if (missing === null) return undefined;
  const message = `$ref ${reference.target} leads nowhere: ${file.name} has no ${JSON.stringify(missing)} there.`;
  const hint = siblings.length > 0 ? `It has ${siblings.slice(0, 12).join(', ')}.` : 'Correct the pointer after the #.';
  return { ...positionOf(reference), message, hint };
}

/**
 * Returns what is wrong with `$ref`s that lead to nothing but each other, by their texts: one problem for all of a circle and for
 * what leads into it, at the first `$ref` of the circle itself.
 */
function findCircles(references: readonly Reference[], files: ReadonlyMap<string, SourceFile>): Map<string, Problem> {
  const circular = references.flatMap((reference) => {
    const steps = reference.isShown ? undefined : circleFrom(reference, files);
    return steps === undefined ? [] : [{ reference, steps, isPart: steps.includes(placeOf(reference)) }];
  });
  const problems = new Map<string, Problem>();
  const found = new Map<string, Problem>();
  for (const { reference, steps } of circular.sort((one, other) => Number(other.isPart) - Number(one.isPart))) {
    const known = steps.map((step) => problems.get(step)).find((problem) => problem !== undefined);
    const message = `$ref ${reference.target} is circular: it leads back to itself, and to no value.`;
    const hint = 'Write a value in one of the places that it leads through.';
    const problem = known ?? { ...positionOf(reference), message, hint };
    for (const step of steps) problems.set(step, problem);
    found.set(reference.target, problem);
  }
  return found;
}

/** Returns the place of what is nothing but a `$ref`, as `circleFrom` names places. */
function placeOf({ file, pointer }: Reference): string {
  return appendPointer(file.path, ...splitPointer(pointer).slice(0, -1));
}

/** Returns the places that a `$ref` leads through where they form a circle, and undefined where it ends anywhere. */
function circleFrom({ file, target }: Reference, files: ReadonlyMap<string, SourceFile>): string[] | undefined {
  const steps = new Set<string>();
  let [from, next] = [file.path, target];
  for (;;) {
    const { path, keys } = resolveTarget(from, next);
    const step = appendPointer(path, ...keys);
    if (steps.has(step)) return [...steps];
    steps.add(step);
    const value = readKeys(files.get(path)?.value ?? null, keys);
    if (!isObject(value) || typeof value.$ref !== 'string') return undefined;
    [from, next] = [path, value.$ref];
  }
}

/** Whether keys lead somewhere without a `$ref` on the way. */
function isThere(value: Json, keys: readonly string[]): boolean {
  let node: Json | undefined = value;
  for (const key of keys) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return false;
    node = Array.isArray(node) ? node[Number(key)] : node[key];
  }
  return true;
}

function checkVersion(file: SourceFile): Problem[] {
  const { openapi: version, swagger } = asObject(file.value);
  if (typeof version === 'string' && /^3\.[012]\.\d+(-.+)?$/.test(version)) return [];
  const { offset } = resolvePointer(new Map(), file, [swagger === undefined ? 'openapi' : 'swagger']);
  const [message, hint] = explainVersion(version, swagger);
  return [{ ...positionAt(file, offset, swagger === undefined ? '#/openapi' : '#/swagger'), message, hint }];
}

function explainVersion(
  version: Json | undefined,
  swagger: Json | undefined,
): readonly [message: string, hint: string] {
  if (version === undefined && swagger !== undefined) {
    const hint = 'Convert it to OpenAPI 3 first, as swagger2openapi or the editor of Swagger do.';
    return [`This is a document of Swagger ${String(swagger)}; only OpenAPI 3.0, 3.1 and 3.2 are read.`, hint];
  }
  const hint = 'Begin it with: openapi: 3.1.0';
  if (version === undefined) return ['This is no OpenAPI document: it has no "openapi" field.', hint];
  const isShort = /^3\.[012]$/.test(String(version));
  const words = isShort ? 'a version has three numbers' : 'only 3.0, 3.1 and 3.2 are read';
  return [
    `This document says openapi: ${String(version)}; ${words}.`,
    isShort ? `Write openapi: ${String(version)}.0` : hint,
  ];
}

/** Returns what finds the place of a pointer into the document. */
function createLocator(main: SourceFile, { files, references }: Collection): Sources['locate'] {
  let moved: ReadonlyMap<string, Target> | undefined;
  return (pointer) => {
    const keys = splitPointer(pointer);
    const isMoved = keys[0] === 'components' && readKeys(main.value, keys.slice(0, 3)) === undefined;
    moved ??= isMoved ? findMoved(references) : undefined;
    const target = isMoved ? moved?.get(keys[2] ?? '') : undefined;
    const file = files.get(target?.path ?? '') ?? main;
    const found = resolvePointer(files, file, file === main ? keys : [...(target?.keys ?? []), ...keys.slice(3)]);
    return positionAt(found.file, found.offset, found.pointer);
  };
}

/** Bundling moves what is referred to in another file into `components`, under the last part of its name. */
function findMoved(references: readonly Reference[]): ReadonlyMap<string, Target> {
  const moved = new Map<string, Target>();
  for (const { file, target } of references) {
    if (target.startsWith('#')) continue;
    const { path, keys } = resolveTarget(file.path, target);
    const name = keys.at(-1) ?? basename(path, extname(path));
    if (path !== file.path && !moved.has(name)) moved.set(name, { path, keys });
  }
  return moved;
}
