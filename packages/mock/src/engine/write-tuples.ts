import { asObject, type JsonObject } from '../document/lookup.js';
import { mapKeys, valueKeys } from './drop-read-only.js';

/**
 * Returns a slice whose lists with a schema for each place are said as Prism reads them, by an older draft of JSON Schema: it
 * knows no `prefixItems`, and would ask each item for what `items` asks of the others.
 */
export function writeTuples(slice: JsonObject): JsonObject {
  return /"prefixItems":\[/.test(JSON.stringify(slice)) ? asObject(rewrite(slice)) : slice;
}

function rewrite(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(rewrite);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.entries(node).map(([key, value]) => {
    if (valueKeys.has(key)) return [key, value];
    if (!mapKeys.has(key)) return [key, rewrite(value)];
    return [key, Object.fromEntries(Object.entries(asObject(value)).map(([name, each]) => [name, rewrite(each)]))];
  });
  const { prefixItems, items, ...others } = Object.fromEntries(members) as JsonObject;
  if (!Array.isArray(prefixItems)) return { ...others, ...(items !== undefined && { items }) };
  return { ...others, items: prefixItems, ...(items !== undefined && { additionalItems: items }) };
}
