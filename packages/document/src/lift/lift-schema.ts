import { asArray } from '../json/references.js';
import type { JsonObject } from '../json/types.js';

/** Returns a schema of OpenAPI 3.0, whose inner schemas are lifted already, as one of JSON Schema 2020-12. */
export function liftSchema30(schema: JsonObject): JsonObject {
  const isOld =
    changed.some((key) => key in schema) || typeof schema.required === 'boolean' || Array.isArray(schema.items);
  if (!isOld) return schema;
  const { nullable, example, ...lifted } = schema;
  // Beside no type it says nothing: only types exclude null.
  if (nullable === true && typeof lifted.type === 'string') {
    lifted.type = [lifted.type, 'null'];
    if (Array.isArray(lifted.enum) && !lifted.enum.includes(null)) lifted.enum = [...lifted.enum, null];
  }
  if (example !== undefined) lifted.examples ??= [example];
  liftBound(lifted, 'minimum', 'exclusiveMinimum');
  liftBound(lifted, 'maximum', 'exclusiveMaximum');
  // Of an older version still: a property that is required says so itself.
  if (typeof lifted.required === 'boolean') delete lifted.required;
  if (Array.isArray(lifted.items)) {
    lifted.prefixItems = asArray(lifted.items);
    delete lifted.items;
  }
  return lifted;
}

const changed = ['nullable', 'example', 'exclusiveMinimum', 'exclusiveMaximum'];

/** A bound that is exclusive was one with a mark. */
function liftBound(schema: JsonObject, bound: string, exclusive: string): void {
  const mark = schema[exclusive];
  if (typeof mark !== 'boolean') return;
  delete schema[exclusive];
  const value = schema[bound];
  if (!mark || value === undefined) return;
  delete schema[bound];
  schema[exclusive] = value;
}
