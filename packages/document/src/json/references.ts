import { readPointer } from './json-pointer.js';
import type { Json, JsonObject, ObjectShape, Schema } from './types.js';

/** Whether a value is a JSON object, neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns what a node stands for once every local `$ref` is followed; undefined where they lead nowhere or in a cycle. */
export function dereference(bundle: JsonObject, node: Json | undefined): Json | undefined {
  const seen = new Set<string>();
  let current = node;
  while (isObject(current) && typeof current.$ref === 'string') {
    if (seen.has(current.$ref)) return undefined;
    seen.add(current.$ref);
    current = readPointer(bundle, current.$ref);
  }
  return current;
}

/** Returns the properties of an object schema, merged out of `$ref`, `allOf`, `oneOf` and `anyOf`. */
export function readShape(bundle: JsonObject, schema: Schema): ObjectShape {
  const shape: ObjectShape = { properties: new Map(), required: new Set(), hasVariants: false };
  collect(bundle, schema, shape, true, new Set());
  return shape;
}

function collect(bundle: JsonObject, schema: Json, shape: ObjectShape, always: boolean, seen: Set<Json>): void {
  if (!isObject(schema) || seen.has(schema)) return;
  seen.add(schema);
  if (typeof schema.$ref === 'string') collect(bundle, readPointer(bundle, schema.$ref) ?? null, shape, always, seen);
  for (const member of asArray(schema.allOf)) collect(bundle, member, shape, always, seen);
  for (const [name, property] of Object.entries(asObject(schema.properties))) {
    const known = shape.properties.get(name);
    const both = always ? 'allOf' : 'anyOf';
    shape.properties.set(name, known === undefined ? (property as Schema) : { [both]: [known as Json, property] });
  }
  if (always) for (const name of asArray(schema.required)) shape.required.add(String(name));
  for (const variant of [...asArray(schema.oneOf), ...asArray(schema.anyOf)]) {
    shape.hasVariants = true;
    collect(bundle, variant, shape, false, seen);
  }
}

/** Returns the array itself, or an empty one where there is none. */
export function asArray(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** Returns the object itself, or an empty one where there is none. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
