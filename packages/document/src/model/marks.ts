import { appendPointer, readPointer } from '../json/json-pointer.js';
import { asArray, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { data, maps } from './check-extensions.js';
import type { ProblemReporter } from './types.js';

/** An extension that counts at some properties only, and what is said of it elsewhere. */
export interface Mark {
  readonly name: `x-${string}`;
  readonly problem: string;
  readonly hint: string;
}

/** Returns the schema that has a mark for a property: its own, or one that it is made of. */
export function findMarked(
  bundle: JsonObject,
  schema: Json,
  mark: Mark,
  seen: Set<Json> = new Set(),
): JsonObject | undefined {
  // A schema may be made of itself, or of another on a great many ways.
  if (!isObject(schema) || seen.has(schema)) return undefined;
  if (mark.name in schema) return schema;
  seen.add(schema);
  const target = typeof schema.$ref === 'string' ? dereference(bundle, schema) : undefined;
  const parts = [...asArray(schema.allOf), ...(target === undefined ? [] : [target])];
  return parts.map((part) => findMarked(bundle, part, mark, seen)).find((found) => found !== undefined);
}

/** A mark, and where it counts. */
export interface LookedFor extends Mark {
  /** The schemas at which it counts. */
  readonly taken: Pick<ReadonlySet<Json>, 'has'>;
}

/** What a walk through a part of a document goes by. */
export interface MarkWalk {
  readonly bundle: JsonObject;
  readonly marks: readonly LookedFor[];
  /** The names of extensions that the document has anywhere. */
  readonly extensions: ReadonlySet<string>;
  readonly report: ProblemReporter;
}

/** Returns the names of the extensions that stand anywhere in a document. */
export function findExtensions(node: Json, found: Set<string> = new Set()): ReadonlySet<string> {
  for (const [key, value] of Object.entries(Object(node)) as [string, Json][]) {
    if (key.startsWith('x-')) found.add(key);
    if (typeof value === 'object') findExtensions(value, found);
  }
  return found;
}

/** Reports a mark wherever it stands and does not count, in what a node refers to as well. */
export function reportOtherMarks(node: Json | undefined, walk: MarkWalk, pointer: string): void {
  const { bundle, extensions, report } = walk;
  // Few documents have any, and with each operation all that it leads to would be looked through again.
  const marks = walk.marks.filter(({ name }) => extensions.has(name));
  const seen = new Set<Json>();
  if (marks.length > 0) visit(node, pointer, false);

  function visit(node: Json | undefined, pointer: string, isMap: boolean): void {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    if (isObject(node) && !isMap) {
      for (const { name, taken, problem, hint } of marks) {
        if (name in node && !taken.has(node)) report(appendPointer(pointer, name), problem, hint);
      }
      if (typeof node.$ref === 'string') visit(readPointer(bundle, node.$ref), node.$ref, false);
    }
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'object' || (!isMap && data.has(key))) continue;
      visit(value, appendPointer(pointer, key), !isMap && maps.has(key) && isObject(value));
    }
  }
}
