import { dirname, extname, relative, resolve, sep } from 'node:path';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { appendPointer, splitPointer } from '../json/json-pointer.js';
import type { Problem, SourcePosition } from '../types.js';

/** A hand-written file of YAML or JSON, parsed with the positions of its nodes. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** As messages name it. */
  readonly name: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** A `$ref`, and where it stands. */
export interface Reference {
  readonly file: SourceFile;
  readonly node: Node;
  readonly pointer: string;
  /** As written. */
  readonly target: string;
}

/** Returns the path from the root with forward slashes; an absolute one for a file outside of it. */
export function nameFile(root: string, path: string): string {
  const name = relative(root, path).split(sep).join('/');
  return name.startsWith('../') ? path : name;
}

/** Returns a file of which `document.errors` has what is wrong with its syntax. */
export function parseSourceFile(path: string, name: string, text: string): SourceFile {
  const lines = new LineCounter();
  return { path, name, document: parseDocument(text, { lineCounter: lines, prettyErrors: false }), lines };
}

export function syntaxProblems(file: SourceFile): Problem[] {
  const hint = 'Correct the YAML at this place; the lines above it may be the cause.';
  return file.document.errors.map(({ pos, message }) => ({
    ...positionAt(file, pos[0], '#'),
    message: `YAML: ${message}`,
    hint,
  }));
}

/** Returns every `$ref` of a file, in the order in which they stand there. */
export function referencesOf(file: SourceFile): Reference[] {
  const found: Reference[] = [];
  collectReferences(file, file.document.contents, '#', found);
  return found;
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

/** Returns the absolute path of the file that a `$ref` in the file at `from` leads to, and the keys within that one. */
export function resolveTarget(from: string, target: string): { readonly path: string; readonly keys: string[] } {
  const [name = '', fragment = ''] = target.split('#');
  const path = name === '' ? from : resolve(dirname(from), name);
  return { path, keys: splitPointer(fragment) };
}

/** Returns the place of a character of a file. */
export function positionAt(file: SourceFile, offset: number, pointer: string): SourcePosition {
  const { line, col } = file.lines.linePos(offset);
  return { file: file.name, line: Math.max(line, 1), column: Math.max(col, 1), pointer };
}

/** Returns the place of a `$ref`. */
export function positionOf({ file, node, pointer }: Reference): SourcePosition {
  return positionAt(file, node.range?.[0] ?? 0, pointer);
}

/** Whether a file is read for its values, and not as one text. */
export function isData(path: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(extname(path));
}
