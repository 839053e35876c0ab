import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { isMap } from 'yaml';
import { invalidDocument } from '../errors.js';
import { splitPointer } from '../json/json-pointer.js';
import type { Problem, SourcePosition } from '../types.js';
import { checkAliases } from './check-aliases.js';
import { fileVersionOf } from './file-version.js';
import { resolvePointer } from './resolve-pointer.js';
import {
  isData,
  nameFile,
  parseSourceFile,
  positionAt,
  positionOf,
  type Reference,
  referencesOf,
  resolveTarget,
  type SourceFile,
  syntaxProblems,
} from './source-file.js';

/** The hand-written files of one document, kept for their texts and positions. */
export interface Sources {
  /** Absolute path of the document. */
  readonly entry: string;
  /** Every file that was read or looked for: absolute path → its version before it was read. */
  files(): ReadonlyMap<string, string>;
  /** The text of a file as it was when it was first read. */
  read(path: string): Promise<string>;
  /** Returns the name of a file in messages. */
  nameOf(path: string): string;
  /** Returns the place that a pointer into the document leads to, through every `$ref` on the way. */
  locate(pointer: string): SourcePosition;
}

/** Reads each file once, and keeps what it looked like just before. */
interface Reader {
  readonly versions: ReadonlyMap<string, string>;
  readonly read: (path: string) => Promise<string>;
}

/** The files that the references of a document have led to, and those references. */
interface Collection {
  readonly files: Map<string, SourceFile>;
  readonly references: Reference[];
  readonly problems: Problem[];
}

/**
 * Returns a document and every file that it refers to; messages name files as seen from `root`.
 *
 * @throws {DocumentError} on a syntax error, a `$ref` that leads nowhere, or a document that is not OpenAPI 3.1
 */
export async function readSources(root: string, source: string): Promise<Sources> {
  const { versions, read } = createReader();
  const entry = resolve(root, source);
  const nameOf = (path: string): string => nameFile(root, path);
  await read(entry).catch((error: NodeJS.ErrnoException) => {
    throw invalidDocument([unreadableEntry(nameOf(entry), error)], versions);
  });

  const collection: Collection = { files: new Map(), references: [], problems: [] };
  await collect(entry, read, nameOf, collection);
  const { files, references, problems } = collection;
  problems.push(...references.flatMap((reference) => checkTarget(reference, files)));
  const main = files.get(entry) as SourceFile;
  if (problems.length === 0) problems.push(...checkVersion(main));
  if (problems.length > 0) throw invalidDocument(problems, versions);

  return {
    entry,
    files: () => versions,
    read,
    nameOf,
    locate: (pointer) => locate(pointer, main, collection),
  };
}

function createReader(): Reader {
  const texts = new Map<string, Promise<string>>();
  const versions = new Map<string, string>();
  return {
    versions,
    read(path) {
      const known = texts.get(path);
      if (known) return known;
      versions.set(path, fileVersionOf(path));
      const text = readFile(path, 'utf8');
      texts.set(path, text);
      return text;
    },
  };
}

function unreadableEntry(file: string, { code = 'too large' }: NodeJS.ErrnoException): Problem {
  const message = code === 'ENOENT' ? 'There is no such file.' : `It cannot be read (${code}).`;
  const hint = 'Name the OpenAPI document, a file in YAML or JSON.';
  return { file, line: 0, column: 0, pointer: '', message, hint };
}

/** Parses a file and those that it refers to, directly or not. */
async function collect(
  path: string,
  read: Reader['read'],
  nameOf: (path: string) => string,
  collection: Collection,
): Promise<void> {
  const file = parseSourceFile(path, nameOf(path), await read(path));
  collection.files.set(path, file);
  collection.problems.push(...syntaxProblems(file), ...checkAliases(file));
  if (file.document.errors.length > 0) return;
  for (const reference of referencesOf(file)) {
    collection.references.push(reference);
    const problem = await tryToRead(reference, read, nameOf);
    const target = resolveTarget(file.path, reference.target).path;
    if (problem) collection.problems.push(problem);
    else if (isData(target) && !collection.files.has(target)) await collect(target, read, nameOf, collection);
  }
}

/** Returns what keeps the file of a reference from being read; undefined where nothing does. */
async function tryToRead(
  reference: Reference,
  read: Reader['read'],
  nameOf: (path: string) => string,
): Promise<Problem | undefined> {
  const { file, target } = reference;
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    const hint = 'Copy what it names beside the document and refer to the copy.';
    return { ...positionOf(reference), message: `$ref ${target} leads to another host.`, hint };
  }
  const { path } = resolveTarget(file.path, target);
  try {
    await read(path);
    return undefined;
  } catch (error) {
    const { code, message: text } = error as NodeJS.ErrnoException;
    const words = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? text})`;
    const message = `$ref ${target} leads nowhere: ${nameOf(path)} ${words}.`;
    return { ...positionOf(reference), message, hint: 'Correct the path or write the file.' };
  }
}

/** A file that is no data, or has no valid syntax, has been dealt with. */
function checkTarget(reference: Reference, files: ReadonlyMap<string, SourceFile>): Problem[] {
  const { path, keys } = resolveTarget(reference.file.path, reference.target);
  const aim = files.get(path);
  if (aim === undefined || aim.document.errors.length > 0) return [];
  const { file, missing, siblings } = resolvePointer(files, aim, keys);
  if (missing === null) return [];
  const message = `$ref ${reference.target} leads nowhere: ${file.name} has no ${JSON.stringify(missing)} there.`;
  const hint = siblings.length > 0 ? `It has ${siblings.slice(0, 12).join(', ')}.` : 'Correct the pointer after the #.';
  return [{ ...positionOf(reference), message, hint }];
}

function checkVersion(file: SourceFile): Problem[] {
  const version = isMap(file.document.contents) ? file.document.contents.get('openapi') : undefined;
  if (typeof version === 'string' && /^3\.1\.\d+$/.test(version)) return [];
  const { offset } = resolvePointer(new Map(), file, ['openapi']);
  const message =
    version === undefined
      ? 'This is no OpenAPI document: it has no "openapi" field.'
      : `This document says openapi: ${String(version)}; only 3.1 is understood.`;
  return [{ ...positionAt(file, offset, '#/openapi'), message, hint: 'Begin it with: openapi: 3.1.0' }];
}

function locate(pointer: string, main: SourceFile, { files, references }: Collection): SourcePosition {
  const keys = splitPointer(pointer);
  let found = resolvePointer(files, main, keys);
  const moved = found.missing !== null && keys[0] === 'components' ? findMoved(keys[2] ?? '', references) : undefined;
  if (moved !== undefined) {
    const target = resolveTarget(moved.file.path, moved.target);
    const file = files.get(target.path);
    if (file !== undefined) found = resolvePointer(files, file, [...target.keys, ...keys.slice(3)]);
  }
  return positionAt(found.file, found.offset, found.pointer);
}

/** Bundling moves a file that is referred to into `components`, under the last part of its name. */
function findMoved(name: string, references: readonly Reference[]): Reference | undefined {
  return references.find(({ file, target }) => {
    const { path, keys } = resolveTarget(file.path, target);
    return path !== file.path && name === (keys.at(-1) ?? basename(path, extname(path)));
  });
}
