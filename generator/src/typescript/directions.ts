import { asArray, asObject, dereference, isObject } from '@nexconn-kit/document/compiler';
import type { JsonObject, Schema } from '../types.js';

/** Where a value goes: to the service, or from it. */
export type Direction = 'request' | 'result';

/** What need not be there in a direction. */
const marks = { request: 'readOnly', result: 'writeOnly' } as const;

/** What schemas of a document demand in one direction alone. */
export interface Directions {
  /** Returns the names of the properties that need not be there, though they are required: of a schema, and of what it is by `allOf` and `$ref`. */
  waived(schema: Schema, direction: Direction): ReadonlySet<string>;
  /** Returns which of some names a schema demands without knowing itself that they need not be there. */
  demanded(schema: Schema, direction: Direction, names: ReadonlySet<string>): ReadonlySet<string>;
  /** Whether a schema demands such a property, itself or in what it refers to. */
  isOther(schema: Schema, direction: Direction): boolean;
}

/** Returns what the schemas of a bundled document demand in one direction alone. */
export function readDirections(bundle: JsonObject): Directions {
  const known = { request: new Map<string, boolean>(), result: new Map<string, boolean>() };
  // Most documents have none, or those of one direction.
  const isMarked = { request: hasMark(bundle, marks.request), result: hasMark(bundle, marks.result) };
  const waivedBy = { request: new Map<Schema, ReadonlySet<string>>(), result: new Map<Schema, ReadonlySet<string>>() };

  function waived(schema: Schema, direction: Direction): ReadonlySet<string> {
    if (!isMarked[direction]) return noNames;
    const before = waivedBy[direction].get(schema);
    if (before !== undefined) return before;
    const properties = partsOf(schema).flatMap((part) => Object.entries(asObject(part.properties)));
    const has = (property: unknown): boolean => partsOf(property).some((part) => part[marks[direction]] === true);
    const names = new Set(properties.filter(([, property]) => has(property)).map(([name]) => name));
    waivedBy[direction].set(schema, names);
    return names;
  }

  function demanded(schema: Schema, direction: Direction, names: ReadonlySet<string>): ReadonlySet<string> {
    if (names.size === 0) return names;
    const own = waived(schema, direction);
    return new Set(requiredBy(schema).filter((name) => names.has(name) && !own.has(name)));
  }

  /** Returns the schemas that a value is of at once. */
  function partsOf(schema: unknown): JsonObject[] {
    const parts = new Set<JsonObject>();
    const open = [schema];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!isObject(next) || parts.has(next)) continue;
      parts.add(next);
      open.push(...asArray(next.allOf));
      if (typeof next.$ref === 'string') open.push(dereference(bundle, next));
    }
    return [...parts];
  }

  function requiredBy(schema: Schema): string[] {
    return partsOf(schema).flatMap((part) => asArray(part.required).map(String));
  }

  function isOther(schema: Schema, direction: Direction): boolean {
    if (!isMarked[direction]) return false;
    const seen = new Set<string>();
    const isFound = visit(schema);
    // Of the schemas on the way to one that was found, only the first is known to lead there.
    if (!isFound) for (const reference of seen) known[direction].set(reference, false);
    return isFound;

    function visit(node: unknown): boolean {
      if (Array.isArray(node)) return node.some(visit);
      if (!isObject(node)) return false;
      if (typeof node.$ref === 'string' && isOtherAt(node.$ref)) return true;
      const isWaived = (name: string): boolean => waived(node, direction).has(name);
      if (requiredBy(node).some(isWaived)) return true;
      return Object.entries(node).some(([key, value]) => !values.has(key) && visit(value));
    }

    function isOtherAt(reference: string): boolean {
      const before = known[direction].get(reference);
      if (before !== undefined || seen.has(reference)) return before ?? false;
      seen.add(reference);
      const isThere = visit(dereference(bundle, { $ref: reference }));
      if (isThere) known[direction].set(reference, true);
      return isThere;
    }
  }

  return { waived, demanded, isOther };
}

const noNames: ReadonlySet<string> = new Set();

/** Whether a mark stands anywhere in a document. */
function hasMark(node: unknown, mark: string): boolean {
  return Object.entries(Object(node)).some(([key, value]) => {
    return key === mark ? value === true : typeof value === 'object' && hasMark(value, mark);
  });
}

/** Keywords whose values are no schemas. */
const values = new Set(['const', 'default', 'enum', 'example', 'examples']);
