import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { invalidDocument } from '../errors.js';
import { appendPointer, splitPointer } from '../json/json-pointer.js';
import type { Problem, SourcePosition } from '../types.js';
import { stampOf } from './stamp.js';

interface SourceFile {
  path: string;
  document: Document;
  lines: LineCounter;
}

interface Reference {
  file: SourceFile;
  node: Node;
  pointer: string;
  target: string;
}

/** The hand-written files of one document, kept for their texts and positions. */
export interface Sources {
  /** Absolute path of the document. */
  readonly entry: string;
  /** Every file that was read or looked for: absolute path → its stamp before it was read. */
  files(): ReadonlyMap<string, string>;
  /** The text of a file as it was when it was first read. */
  read(path: string): Promise<string>;
  /** Returns the name of a file in messages. */
  nameOf(path: string): string;
  /** Returns the place that a pointer into the document leads to, through every `$ref` on the way. */
  locate(pointer: string): SourcePosition;
}

/**
 * Returns a document and every file that it refers to; messages name files as seen from `root`.
 *
 * @throws {DocumentError} on a syntax error, a `$ref` that leads nowhere, or a document that is not OpenAPI 3.1
 */
export async function readSources(root: string, source: string): Promise<Sources> {
  const files = new Map<string, SourceFile>();
  const texts = new Map<string, Promise<string>>();
  const stamps = new Map<string, string>();
  const problems: Problem[] = [];
  const references: Reference[] = [];
  const entry = resolve(root, source);

  const nameOf = (path: string): string => nameFile(root, path);
  const position = (file: SourceFile, node: Node | undefined, pointer: string): SourcePosition =>
    placeOf(root, file, node?.range?.[0] ?? 0, pointer);

  function read(path: string): Promise<string> {
    const known = texts.get(path);
    if (known) return known;
    stamps.set(path, stampOf(path));
    const text = readFile(path, 'utf8');
    texts.set(path, text);
    return text;
  }

  async function load(path: string): Promise<void> {
    const lines = new LineCounter();
    const document = parseDocument(await read(path), { lineCounter: lines, prettyErrors: false });
    const file = { path, document, lines };
    files.set(path, file);
    for (const error of document.errors) {
      const hint = 'Correct the YAML at this place; the lines above it may be the cause.';
      problems.push({ ...placeOf(root, file, error.pos[0], '#'), message: `YAML: ${error.message}`, hint });
    }
    if (document.errors.length > 0) return;
    const found: Reference[] = [];
    collectReferences(file, document.contents, '#', found);
    for (const reference of found) {
      references.push(reference);
      await follow(reference);
    }
  }

  async function follow({ file, node, pointer, target }: Reference): Promise<void> {
    const [name = ''] = target.split('#');
    if (name === '') return;
    if (/^[a-z][a-z0-9+.-]*:/i.test(name)) {
      const hint = 'Copy what it names beside the document and refer to the copy.';
      problems.push({ ...position(file, node, pointer), message: `$ref ${target} leads to another host.`, hint });
      return;
    }
    const path = resolve(dirname(file.path), name);
    if (files.has(path)) return;
    const failure = await read(path).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
    if (failure !== undefined) {
      const words = failure === 'ENOENT' ? 'does not exist' : `cannot be read (${failure})`;
      const message = `$ref ${target} leads nowhere: ${nameOf(path)} ${words}.`;
      problems.push({ ...position(file, node, pointer), message, hint: 'Correct the path or write the file.' });
    } else if (isData(path)) await load(path);
  }

  await read(entry).catch((error: NodeJS.ErrnoException) => {
    const message = error.code === 'ENOENT' ? 'There is no such file.' : `It cannot be read (${error.code}).`;
    const hint = 'Name the OpenAPI document, a file in YAML or JSON.';
    throw invalidDocument([{ file: nameOf(entry), line: 0, column: 0, pointer: '', message, hint }], stamps);
  });
  await load(entry);
  for (const { file, node, pointer, target } of references) {
    const [name = '', fragment = ''] = target.split('#');
    const aim = name === '' ? file : files.get(resolve(dirname(file.path), name));
    if (aim === undefined || aim.document.errors.length > 0) continue;
    const walk = walkTo(files, aim, splitPointer(fragment));
    if (walk.missing === null) continue;
    const message = `$ref ${target} leads nowhere: ${nameOf(walk.file.path)} has no ${JSON.stringify(walk.missing)} there.`;
    const hint =
      walk.known.length > 0 ? `It has ${walk.known.slice(0, 12).join(', ')}.` : 'Correct the pointer after the #.';
    problems.push({ ...position(file, node, pointer), message, hint });
  }
  const main = files.get(entry) as SourceFile;
  if (problems.length === 0) problems.push(...checkVersion(root, main));
  if (problems.length > 0) throw invalidDocument(problems, stamps);

  /** Bundling moves a file that is referred to into `components`, under the last part of its name. */
  function findMoved(name: string): Reference | undefined {
    return references.find(({ target }) => {
      const [file = '', fragment = ''] = target.split('#');
      return file !== '' && name === (splitPointer(fragment).at(-1) ?? basename(file, extname(file)));
    });
  }

  return {
    entry,
    files: () => stamps,
    read,
    nameOf,
    locate(pointer) {
      const keys = splitPointer(pointer);
      let walk = walkTo(files, main, keys);
      const moved = walk.missing !== null && keys[0] === 'components' ? findMoved(keys[2] ?? '') : undefined;
      if (moved !== undefined) {
        const [name = '', fragment = ''] = moved.target.split('#');
        const file = files.get(resolve(dirname(moved.file.path), name));
        if (file !== undefined) walk = walkTo(files, file, [...splitPointer(fragment), ...keys.slice(3)]);
      }
      return placeOf(root, walk.file, walk.offset, walk.pointer);
    },
  };
}

function checkVersion(root: string, file: SourceFile): Problem[] {
  const version = isMap(file.document.contents) ? file.document.contents.get('openapi') : undefined;
  if (typeof version === 'string' && /^3\.1\.\d+$/.test(version)) return [];
  const walk = walkTo(new Map(), file, ['openapi']);
  const message =
    version === undefined
      ? 'This is no OpenAPI document: it has no "openapi" field.'
      : `This document says openapi: ${String(version)}; only 3.1 is understood.`;
  return [{ ...placeOf(root, file, walk.offset, '#/openapi'), message, hint: 'Begin it with: openapi: 3.1.0' }];
}

function collectReferences(file: SourceFile, node: unknown, pointer: string, found: Reference[]): void {
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      collectReferences(file, item, appendPointer(pointer, index), found);
    }
  }
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : String(key);
    const here = appendPointer(pointer, name);
    if (name === '$ref' && isScalar(value) && typeof value.value === 'string') {
      found.push({ file, node: value, pointer: here, target: value.value });
    } else collectReferences(file, value, here, found);
  }
}

interface Walk {
  file: SourceFile;
  pointer: string;
  offset: number;
  missing: string | null;
  known: string[];
}

/** Returns where the keys lead, through every `$ref` on the way, or the last place that is there. */
function walkTo(files: Map<string, SourceFile>, start: SourceFile, keys: readonly string[]): Walk {
  let [file, node, pointer] = [start, start.document.contents as unknown, '#'];
  let offset = (start.document.contents as Node | null)?.range?.[0] ?? 0;
  // A bound, because references can form a cycle.
  let hops = 100;
  const remaining = [...keys];
  const stop = (missing: string, known: string[] = []): Walk => ({ file, pointer, offset, missing, known });

  while (remaining.length > 0) {
    const key = remaining[0] as string;
    if (isAlias(node)) node = node.resolve(file.document);
    const pairs = isMap(node) ? pairsOf(node) : null;
    const reference = pairs?.get('$ref')?.value;
    if (pairs && !pairs.has(key) && isScalar(reference) && typeof reference.value === 'string' && hops-- > 0) {
      const [name = '', fragment = ''] = reference.value.split('#');
      const next = name === '' ? file : files.get(resolve(dirname(file.path), name));
      if (next === undefined) return stop(key);
      file = next;
      [node, pointer] = [file.document.contents, '#'];
      remaining.unshift(...splitPointer(fragment));
      continue;
    }
    remaining.shift();
    if (pairs) {
      const pair = pairs.get(key);
      if (pair === undefined) return stop(key, [...pairs.keys()]);
      node = pair.value;
      offset = (pair.key as Node | null)?.range?.[0] ?? offset;
    } else if (isSeq(node) && Number(key) < node.items.length) {
      node = node.items[Number(key)];
      offset = (node as Node | null)?.range?.[0] ?? offset;
    } else return stop(key);
    pointer = appendPointer(pointer, key);
  }
  return { file, pointer, offset, missing: null, known: [] };
}

const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();

/** Returns the pairs of a map by key; a map of `yaml` searches its pairs one by one, too slow for a thousand references. */
function pairsOf(map: YAMLMap): Map<string, Pair> {
  const known = indexes.get(map);
  if (known) return known;
  const pairs = new Map(map.items.map((pair) => [String(isScalar(pair.key) ? pair.key.value : pair.key), pair]));
  indexes.set(map, pairs);
  return pairs;
}

function placeOf(root: string, file: SourceFile, offset: number, pointer: string): SourcePosition {
  const { line, col } = file.lines.linePos(offset);
  return { file: nameFile(root, file.path), line: Math.max(line, 1), column: Math.max(col, 1), pointer };
}

function isData(path: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(extname(path));
}

/** Returns the path from the root with forward slashes; an absolute one for a file outside of it. */
function nameFile(root: string, path: string): string {
  const name = relative(root, path).split(sep).join('/');
  return name.startsWith('../') ? path : name;
}
