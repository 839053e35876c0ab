import { asArray, asObject, dereference, isObject } from '@nexconn-kit/document/compiler';
import type { JsonObject, Schema } from '../types.js';

/** Where a value goes: to the service, or from it. */
export type Direction = 'request' | 'result';

/** What need not be there in a direction. */
const marks = { request: 'readOnly', result: 'writeOnly' } as const;

/** What schemas of a document demand in one direction alone. */
export interface Directions {
  /** Whether a property need not be there, though it is required. */
  isWaived(property: Schema, direction: Direction): boolean;
  /** Whether a schema demands such a property, itself or in what it refers to. */
  isOther(schema: Schema, direction: Direction): boolean;
}

/** Returns what the schemas of a bundled document demand in one direction alone. */
export function readDirections(bundle: JsonObject): Directions {
  const known = { request: new Map<string, boolean>(), result: new Map<string, boolean>() };

  /** A schema has the marks of what it is made of. */
  function isWaived(property: Schema, direction: Direction, seen: Set<unknown> = new Set()): boolean {
    if (!isObject(property) || seen.has(property)) return false;
    if (property[marks[direction]] === true) return true;
    seen.add(property);
    const target = typeof property.$ref === 'string' ? dereference(bundle, property) : undefined;
    return [target, ...asArray(property.allOf)].some((part) => isWaived(part as Schema, direction, seen));
  }

  function isOther(schema: Schema, direction: Direction): boolean {
    const seen = new Set<string>();
    const isFound = visit(schema);
    // Of the schemas on the way to one that was found, only the first is known to lead there.
    if (!isFound) for (const reference of seen) known[direction].set(reference, false);
    return isFound;

    function visit(node: unknown): boolean {
      if (Array.isArray(node)) return node.some(visit);
      if (!isObject(node)) return false;
      if (typeof node.$ref === 'string' && isOtherAt(node.$ref)) return true;
      const properties = asObject(node.properties);
      const isDemanded = (name: unknown): boolean => isWaived(properties[String(name)] as Schema, direction);
      if (asArray(node.required).some(isDemanded)) return true;
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

  return { isWaived, isOther };
}

/** Keywords whose values are no schemas. */
const values = new Set(['const', 'default', 'enum', 'example', 'examples']);
