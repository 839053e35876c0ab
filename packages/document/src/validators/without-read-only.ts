import { asArray, asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';

/**
 * Returns a part of a bundled document whose schemas are those of requests: a property that is `readOnly` is none that they
 * have, nor one that they need.
 */
export function withoutReadOnly<T extends Json>(node: T, bundle: JsonObject): T {
  if (Array.isArray(node)) return node.map((item) => withoutReadOnly(item, bundle)) as T;
  if (!isObject(node)) return node;
  const dropped = readOnlyNames(node, bundle);
  const entries = Object.entries(node).map(([key, value]) => [key, withoutReadOnly(keep(key, value, dropped), bundle)]);
  return Object.fromEntries(entries) as T;
}

function readOnlyNames({ properties }: JsonObject, bundle: JsonObject): ReadonlySet<string> {
  const isReadOnly = (property: Json): boolean =>
    isObject(property) && (property.readOnly === true || asObject(dereference(bundle, property)).readOnly === true);
  const found = Object.entries(asObject(properties)).filter(([, property]) => isReadOnly(property));
  return new Set(found.map(([name]) => name));
}

function keep(key: string, value: Json, dropped: ReadonlySet<string>): Json {
  if (dropped.size === 0) return value;
  if (key === 'required') return asArray(value).filter((name) => !dropped.has(String(name)));
  if (key !== 'properties') return value;
  return Object.fromEntries(Object.entries(asObject(value)).filter(([name]) => !dropped.has(name)));
}
