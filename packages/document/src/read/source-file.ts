import { dirname, extname, relative, resolve, sep } from 'node:path';
import type { Document, LineCounter } from 'yaml';
import { appendPointer, splitPointer } from '../json/json-pointer.js';
import { asObject, isObject } from '../json/references.js';
import type { Json } from '../json/types.js';
import type { Problem, SourcePosition } from '../types.js';

/** A hand-written file of YAML or JSON. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** As messages name it. */
  readonly name: string;
  /** What it says; null where its syntax is wrong. */
  readonly value: Json;
  /** What is wrong with its syntax or its aliases. */
  readonly problems: readonly Problem[];
  /** Returns what knows the line and column of a character. */
  readonly lines: () => LineCounter;
  /** Returns its nodes with their places, which are looked for when they are asked for: at least those that keys lead to. */
  readonly syntax: (keys?: readonly string[]) => Syntax;
}

/** The syntax of a file, with the places of its nodes. */
export interface Syntax {
  /** Of the whole file, or a part of it. */
  readonly document: Document;
  /** Returns where a character of that stands in the file. */
  readonly offsetInWhole: (offset: number) => number;
}

/** A `$ref`, and where it stands. */
export interface Reference {
  readonly file: SourceFile;
  readonly pointer: string;
  /** As written. */
  readonly target: string;
  /** Whether it stands in a value that is only shown, in which it may be no reference. */
  readonly isShown: boolean;
}

/** Returns the path from the root with forward slashes; an absolute one for a file outside of it. */
export function nameFile(root: string, path: string): string {
  const name = relative(root, path).split(sep).join('/');
  return name.startsWith('../') ? path : name;
}

/** Returns every `$ref` of a file, and what its discriminators name, in the order in which they stand there. */
export function referencesOf(file: SourceFile): Reference[] {
  const found: Reference[] = [];
  collectReferences(file.value, { file, pointer: '#', isMap: false, isShown: false }, found);
  return found;
}

/** Where a search for references stands. */
interface SearchPlace extends Pick<Reference, 'file' | 'pointer' | 'isShown'> {
  /** Whether the keys here are names. */
  readonly isMap: boolean;
}

function collectReferences(node: Json, place: SearchPlace, found: Reference[]): void {
  if (typeof node !== 'object' || node === null) return;
  const { file, pointer, isMap, isShown } = place;
  for (const [key, value] of Object.entries(node)) {
    const here = appendPointer(pointer, key);
    if (key === '$ref' && typeof value === 'string') {
      if (!isShown || !value.startsWith('#')) found.push({ file, pointer: here, target: value, isShown });
    } else if (!isMap && key === 'discriminator') collectMapping(file, value, here, found);
    else {
      const isValue = !isMap && shownKeys.has(key);
      const isNamed = !isMap && mapKeys.has(key) && isObject(value);
      const below = { file, pointer: here, isMap: isNamed, isShown: isShown || (isValue && !isNamed) };
      collectReferences(value, below, found);
    }
  }
}

/** A mapping names a schema, or refers to one as a `$ref` does. */
function collectMapping(file: SourceFile, discriminator: Json, pointer: string, found: Reference[]): void {
  for (const [name, target] of Object.entries(asObject(asObject(discriminator).mapping))) {
    const isReference = typeof target === 'string' && /[/#]|\.(ya?ml|json)$/.test(target);
    if (isReference) found.push({ file, pointer: appendPointer(pointer, 'mapping', name), target, isShown: false });
  }
}

/** Fields whose values are only shown, or compared with. */
export const shownKeys: ReadonlySet<string> = new Set(['example', 'examples', 'value', 'default', 'const', 'enum']);

/** Fields whose keys are names. `examples` is a map of what may be referred to, and in a schema a list of values. */
export const mapKeys: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'schemas', 'responses', 'headers', 'examples'],
  ...['parameters', 'requestBodies', 'securitySchemes', 'pathItems', 'links', 'callbacks', 'variables'],
]);

/** Whether a `$ref` leads to another host. */
export function isRemote(target: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(target) && !/^file:/i.test(target);
}

/** Returns what is wrong with an address where a file is to be named; a password or a token that it has is not shown. */
export function addressProblem(address: string, what: string): Problem {
  const { origin, pathname } = URL.canParse(address) ? new URL(address) : { origin: 'null', pathname: '' };
  return {
    ...{ file: origin === 'null' ? 'The address' : `${origin}${pathname}`, line: 0, column: 0, pointer: '' },
    message: `${what} is read from a file, and this is an address.`,
    hint: 'Save what it names first, such as by curl -o openapi.yaml, and give the path of that file.',
  };
}

/** What a `$ref` leads to: the absolute path of a file, or an address, and the keys within. */
export interface Target {
  readonly path: string;
  readonly keys: string[];
}

/** Returns what a `$ref` in the file at `from` leads to. */
export function resolveTarget(from: string, target: string): Target {
  const [name = '', fragment = ''] = target.split('#');
  return { path: name === '' ? from : resolvePath(from, name), keys: splitPointer(fragment) };
}

function resolvePath(from: string, name: string): string {
  if (isRemote(name)) return name;
  return isRemote(from) ? new URL(name, from).href : resolve(dirname(from), name);
}

/** Returns the place of a character of a file. */
export function positionAt(file: SourceFile, offset: number, pointer: string): SourcePosition {
  const { line, col } = file.lines().linePos(offset);
  return { file: file.name, line: Math.max(line, 1), column: Math.max(col, 1), pointer };
}

/** Whether a file is read for its values, and not as one text. */
export function isData(path: string): boolean {
  const ending = extname(isRemote(path) ? new URL(path).pathname : path);
  return ['.yaml', '.yml', '.json'].includes(ending) || (isRemote(path) && ending === '');
}
