import { asObject, dereference, isObject } from '../json/references.js';
import type { JsonObject } from '../json/types.js';
import { subschemasOf } from './keywords.js';
import { closing, type Reading, textLimits } from './reading.js';
import type { SchemaGraph } from './schema-graph.js';

/** Decides how schemas of one document are read. */
export interface Readings {
  /** Returns the reading itself, or `request` where a schema asks the same in both, so that one function serves. */
  readonly simplest: (pointer: string, reading: Reading) => Reading;
  /** Returns the properties that do not count: `readOnly` ones in a request, `writeOnly` ones in a result. */
  readonly dropped: (schema: JsonObject, reading: Reading) => ReadonlySet<string>;
}

const noNames: ReadonlySet<string> = new Set();

/** Returns how the schemas of a document are read. */
export function readReadings(root: JsonObject, graph: Pick<SchemaGraph, 'read' | 'follow'>): Readings {
  const same = { result: new Set<string>(), alternative: new Set<string>(), condition: new Set<string>() };

  function dropped(schema: JsonObject, reading: Reading): ReadonlySet<string> {
    if (reading === 'condition') return noNames;
    const mark = reading === 'request' ? 'readOnly' : 'writeOnly';
    const found = Object.entries(asObject(schema.properties)).filter(([, property]) => {
      return (
        isObject(property) &&
        (property[mark] === true ||
          (typeof property.$ref === 'string' && asObject(dereference(root, property))[mark] === true))
      );
    });
    return found.length === 0 ? noNames : new Set(found.map(([name]) => name));
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
  };
}
