import { resolve } from 'node:path';
import { invalidDocument } from '../errors.js';
import { appendPointer, splitPointer } from '../json/json-pointer.js';
import { asArray, asObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { fileVersionOf } from '../read/file-version.js';
import { parseSourceFile } from '../read/parse-file.js';
import { readFileText } from '../read/read-text.js';
import { resolvePointer } from '../read/resolve-pointer.js';
import { addressProblem, isRemote, nameFile, positionAt, type SourceFile } from '../read/source-file.js';
import type { Problem } from '../types.js';
import { JsonPathError, type Segment } from './json-path.js';
import { parseJsonPath } from './parse-json-path.js';

/** A change that an overlay makes. */
export interface Action {
  /** As written. */
  readonly target: string;
  readonly nodes: readonly Segment[];
  /** Of what the target names. */
  readonly change: Change;
  /** Returns a problem at the place of the action's target. */
  readonly problem: (message: string, hint: string) => Problem;
}

/** What is done to each node that the target of an action names. */
export type Change =
  | { readonly kind: 'update'; readonly value: Json }
  | { readonly kind: 'copy'; readonly from: readonly Segment[]; readonly written: string }
  | { readonly kind: 'remove' }
  | { readonly kind: 'none' };

/** The actions of overlays in their order, and their files as `LoadedDocument` has them. */
export interface Overlays {
  readonly actions: readonly Action[];
  readonly files: ReadonlyMap<string, string>;
}

/** Returns what the overlays at these paths do. @throws {DocumentError} `DOCUMENT_INVALID` */
export async function readOverlays(root: string, paths: readonly string[]): Promise<Overlays> {
  const files = new Map<string, string>();
  const actions: Action[] = [];
  const problems: Problem[] = [];
  const addresses = paths.filter(isRemote).map((path) => addressProblem(path, 'An OpenAPI Overlay'));
  if (addresses.length > 0) throw invalidDocument(addresses, files);
  for (const path of paths.map((each) => resolve(root, each))) {
    files.set(path, fileVersionOf(path));
    const name = nameFile(root, path);
    const text = await readFileText(path).catch((error: NodeJS.ErrnoException) => {
      const message = error.code === 'ENOENT' ? 'There is no such file.' : `It cannot be read (${error.code}).`;
      throw invalidDocument(
        [{ file: name, line: 0, column: 0, pointer: '', message, hint: 'Name an OpenAPI Overlay.' }],
        files,
      );
    });
    const file = parseSourceFile(path, name, text);
    problems.push(...file.problems, ...(file.problems.length === 0 ? readActions(file, actions) : []));
  }
  if (problems.length > 0) throw invalidDocument(problems, files);
  return { actions, files };
}

function readActions(file: SourceFile, actions: Action[]): Problem[] {
  const problems: Problem[] = [];
  function tell(pointer: string, message: string, hint: string): Problem {
    const { valueOffset } = resolvePointer(new Map(), file, splitPointer(pointer));
    return { ...positionAt(file, valueOffset, pointer), message, hint };
  }
  function readPath(written: Json | undefined, pointer: string): readonly Segment[] {
    try {
      return parseJsonPath(String(written));
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      const message = `${JSON.stringify(written ?? null)} is no JSONPath: ${error.message}, at character ${error.at + 1}.`;
      problems.push(tell(pointer, message, "Write one such as $.paths['/things'].get."));
      return [];
    }
  }
  const overlay = asObject(file.value);
  if (!/^1\.\d+\.\d+/.test(String(overlay.overlay))) {
    const message = `This is no Overlay of version 1: its field overlay is ${JSON.stringify(overlay.overlay ?? null)}.`;
    return [tell('#/overlay', message, 'Begin it with: overlay: 1.0.0')];
  }
  if (asArray(overlay.actions).length === 0) {
    return [
      tell(
        '#/actions',
        'This Overlay has no actions.',
        'Write a list of { target, update } or { target, remove: true }.',
      ),
    ];
  }
  for (const [index, entry] of asArray(overlay.actions).entries()) {
    const action = asObject(entry);
    const place = appendPointer('#/actions', index);
    const nodes = readPath(action.target, appendPointer(place, 'target'));
    actions.push({
      target: String(action.target),
      nodes,
      change: changeOf(action, (written) => readPath(written, appendPointer(place, 'copy'))),
      problem: (message, hint) => tell(appendPointer(place, 'target'), message, hint),
    });
  }
  return problems;
}

function changeOf({ remove, update, copy }: JsonObject, readPath: (written: Json) => readonly Segment[]): Change {
  if (remove === true) return { kind: 'remove' };
  if (update !== undefined) return { kind: 'update', value: update };
  return copy === undefined ? { kind: 'none' } : { kind: 'copy', from: readPath(copy), written: String(copy) };
}
