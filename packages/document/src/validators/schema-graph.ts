import { appendPointer, readPointer, splitPointer } from '../json/json-pointer.js';
import { isObject } from '../json/references.js';
import type { Json, JsonObject, Schema } from '../json/types.js';
import { inPlaceKeys, subschemasOf } from './keywords.js';
import { isAsked } from './reading.js';
import { type DynamicScope, readResources } from './resources.js';

/** A schema, and where validation has come from. */
export interface Located {
  readonly pointer: string;
  readonly scope: DynamicScope;
}

/** The schemas of a document by their pointers, and those that were made of several, which have pointers of their own. */
export interface SchemaGraph {
  /** Returns the pointer of a schema that stands at a place of the document, or comes from there. */
  readonly pointerTo: (schema: Schema, origin: string) => string;
  readonly read: (pointer: string) => Json | undefined;
  /** Returns the place in the document of a schema, which problems name. */
  readonly originOf: (pointer: string) => string;
  /** Returns what a reference at a place leads to; undefined where there is none. */
  readonly follow: (reference: string, pointer: string) => string | undefined;
  /** Returns the schema that the reference of one leads to. */
  readonly target: (schema: JsonObject, from: Located) => Located | undefined;
  /** Returns the schema that another stands for where it is nothing but a reference. */
  readonly aim: (from: Located) => Located;
  /** Returns the scope of what stands at a place. */
  readonly enter: (pointer: string, scope: DynamicScope) => DynamicScope;
  /** Returns the places of all schemas that a value is checked by where it is by the one at a place. */
  readonly reach: (pointer: string) => ReadonlySet<string>;
}

/** Returns the schemas of a bundled document. */
export function readSchemaGraph(root: JsonObject): SchemaGraph {
  const resources = readResources(root);
  const made: { schema: Schema; origin: string }[] = [];
  const reachable = new Map<string, ReadonlySet<string>>();
  return { pointerTo, read, originOf, follow, target, aim, enter, reach };

  /** No pointer leads to a schema that has a reference on the way, or that was made of others. */
  function pointerTo(schema: Schema, origin: string): string {
    if (readPointer(root, origin) === schema) return normalize(origin);
    const known = made.findIndex((each) => each.schema === schema && each.origin === origin);
    return `@${known === -1 ? made.push({ schema, origin }) - 1 : known}`;
  }

  function read(pointer: string): Json | undefined {
    const [, index, rest = ''] = /^@(\d+)(.*)$/s.exec(pointer) ?? [];
    if (index === undefined) return readPointer(root, pointer);
    return readPointer(made[Number(index)]?.schema ?? true, `#${rest}`);
  }

  function originOf(pointer: string): string {
    return pointer.replace(/^@(\d+)/, (_, index) => made[Number(index)]?.origin ?? '#');
  }

  function follow(reference: string, pointer: string): string | undefined {
    const found = resources.resolve(reference, originOf(pointer));
    return found === undefined ? undefined : normalize(found);
  }

  function target({ $ref, $dynamicRef }: JsonObject, { pointer, scope }: Located): Located | undefined {
    const place = originOf(pointer);
    const found =
      typeof $ref === 'string'
        ? resources.resolve($ref, place)
        : resources.resolveDynamic(String($dynamicRef), place, scope);
    return found === undefined ? undefined : { pointer: normalize(found), scope: enter(found, scope) };
  }

  function aim(from: Located): Located {
    const seen = new Set<string>();
    let current = from;
    for (;;) {
      const schema = read(current.pointer);
      const next = isObject(schema) && isOnlyReference(schema) ? target(schema, current) : undefined;
      if (next === undefined || seen.has(next.pointer)) return current;
      seen.add(next.pointer);
      current = next;
    }
  }

  function enter(pointer: string, scope: DynamicScope): DynamicScope {
    return resources.enter(originOf(pointer), scope);
  }

  function reach(pointer: string): ReadonlySet<string> {
    const known = reachable.get(pointer);
    if (known !== undefined) return known;
    const found = new Set<string>();
    const open = [pointer];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const step of stepsFrom(next)) {
        if (found.has(step)) continue;
        found.add(step);
        open.push(step);
      }
    }
    reachable.set(pointer, found);
    return found;
  }

  function stepsFrom(pointer: string): string[] {
    const schema = read(pointer);
    if (!isObject(schema)) return [];
    const below = subschemasOf(schema, pointer).filter(({ keyword }) => inPlaceKeys.includes(keyword));
    const reference = typeof schema.$ref === 'string' ? follow(schema.$ref, pointer) : undefined;
    return [...below.map((each) => each.pointer), ...(reference === undefined ? [] : [reference])];
  }
}

/** Whether a schema asks nothing but what another does. */
export function isOnlyReference(schema: JsonObject): boolean {
  if (typeof schema.$ref !== 'string' && typeof schema.$dynamicRef !== 'string') return false;
  const asked = Object.entries(schema).filter(
    ([keyword, value]) => keyword === '$id' || isAsked(keyword, value, 'condition'),
  );
  return asked.length === 1;
}

function normalize(pointer: string): string {
  return appendPointer('#', ...splitPointer(pointer));
}
