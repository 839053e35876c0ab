import { appendPointer } from '../json/json-pointer.js';
import { asArray, asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { subschemasOf } from './keywords.js';
import { closing, type Reading, textLimits } from './reading.js';
import type { SchemaGraph } from './schema-graph.js';

/** Decides how schemas of one document are read. */
export interface Readings {
  /** Returns the reading itself, or `request` where a schema asks the same in both, so that one function serves. */
  readonly simplest: (pointer: string, reading: Reading) => Reading;
  /** Returns the properties that do not count: `readOnly` ones in a request, `writeOnly` ones in a result. */
  readonly dropped: (schema: JsonObject, reading: Reading) => ReadonlySet<string>;
  /** Returns those of the same value: of the schema at a place, and of what it is by `allOf` and `$ref`. */
  readonly waived: (pointer: string, reading: Reading) => readonly string[];
  /** Returns which of some names the schema at a place demands without knowing that they do not count. */
  readonly demanded: (pointer: string, reading: Reading, names: readonly string[]) => readonly string[];
}

const noNames: ReadonlySet<string> = new Set();

/** Returns how the schemas of a document are read. */
export function readReadings(root: JsonObject, graph: Pick<SchemaGraph, 'read' | 'follow'>): Readings {
  const waivedAt = new Map<string, readonly string[]>();
  const same = { result: new Set<string>(), alternative: new Set<string>(), condition: new Set<string>() };

  function dropped(schema: JsonObject, reading: Reading): ReadonlySet<string> {
    if (reading === 'condition') return noNames;
    const mark = reading === 'request' ? 'readOnly' : 'writeOnly';
    const found = Object.entries(asObject(schema.properties)).filter(([, property]) => isMarked(property, mark));
    return found.length === 0 ? noNames : new Set(found.map(([name]) => name));
  }

  /** A schema has the marks of what it is made of. */
  function isMarked(node: Json, mark: string, seen: Set<Json> = new Set()): boolean {
    if (!isObject(node) || seen.has(node)) return false;
    if (node[mark] === true) return true;
    // One that several refer to is looked at once: with each of them again, the ways to it would be without number.
    seen.add(node);
    const target = typeof node.$ref === 'string' ? dereference(root, node) : undefined;
    const parts = [...(target === undefined ? [] : [target]), ...asArray(node.allOf)];
    return parts.some((part) => isMarked(part, mark, seen));
  }

  function waived(pointer: string, reading: Reading): readonly string[] {
    if (reading === 'condition') return [];
    const key = `${reading === 'request'} ${pointer}`;
    const known = waivedAt.get(key) ?? [
      ...new Set(partsOf(pointer).flatMap((schema) => [...dropped(schema, reading)])),
    ];
    waivedAt.set(key, known);
    return known;
  }

  function demanded(pointer: string, reading: Reading, names: readonly string[]): readonly string[] {
    if (names.length === 0) return [];
    const own = new Set(waived(pointer, reading));
    const required = new Set(partsOf(pointer).flatMap((schema) => asArray(schema.required)));
    return names.filter((name) => required.has(name) && !own.has(name)).sort();
  }

  /** Returns the schemas that a value at a place is checked by at once. */
  function partsOf(pointer: string): JsonObject[] {
    const seen = new Set<string>();
    const parts: JsonObject[] = [];
    const open = [pointer];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const schema = seen.has(next) ? undefined : graph.read(next);
      seen.add(next);
      if (!isObject(schema)) continue;
      parts.push(schema);
      const target = typeof schema.$ref === 'string' ? graph.follow(schema.$ref, next) : undefined;
      if (target !== undefined) open.push(target);
      for (const index of asArray(schema.allOf).keys()) open.push(appendPointer(next, 'allOf', index));
    }
    return parts;
  }

  function asksOther(schema: JsonObject, reading: Reading): boolean {
    return Object.entries(schema).some(([keyword, value]) => {
      if (keyword === 'readOnly' || keyword === 'writeOnly') return value === true;
      if (keyword === '$dynamicRef') return true;
      if (reading === 'condition') return false;
      if (closing.includes(keyword) && value === false) return true;
      if (reading === 'alternative' && textLimits.includes(keyword)) return true;
      return ['anyOf', 'oneOf', 'contains'].includes(keyword);
    });
  }

  function isSame(pointer: string, reading: Exclude<Reading, 'request'>): boolean {
    const seen = new Set<string>();
    const open = [pointer];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next) || same[reading].has(next)) continue;
      seen.add(next);
      const schema = graph.read(next);
      if (!isObject(schema)) continue;
      if (asksOther(schema, reading)) return false;
      open.push(...subschemasOf(schema, next).map((each) => each.pointer));
      const target = typeof schema.$ref === 'string' ? graph.follow(schema.$ref, next) : undefined;
      if (target !== undefined) open.push(target);
    }
    for (const each of seen) same[reading].add(each);
    return true;
  }

  return {
    simplest: (pointer, reading) => (reading !== 'request' && isSame(pointer, reading) ? 'request' : reading),
    dropped,
    waived,
    demanded,
  };
}
