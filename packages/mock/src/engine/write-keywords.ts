import { asObject, type JsonObject } from '../document/lookup.js';
import { mapKeys, valueKeys } from './drop-read-only.js';

/**
 * Returns a slice whose schemas are said as Prism reads them. By an older draft of JSON Schema it knows no `prefixItems`,
 * and would ask each item for what `items` asks of the others. It tells of each shape what is wrong: twenty levels of two that are
 * alike would be a million findings. And it divides as computers do: 19.99 would be no multiple of 0.01.
 */
export function writeKeywords(slice: JsonObject): JsonObject {
  const json = JSON.stringify(slice);
  return /"(prefixItems|allOf|anyOf|oneOf)":\[|"multipleOf":\d*[.e]/.test(json) ? asObject(rewrite(slice)) : slice;
}

function rewrite(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(rewrite);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.entries(node).flatMap(([key, value]) => {
    const isFraction = key === 'multipleOf' && typeof value === 'number' && !Number.isInteger(value);
    return isFraction ? [] : [rewriteMember(key, value)];
  });
  const { prefixItems, items, ...others } = Object.fromEntries(members) as JsonObject;
  if (!Array.isArray(prefixItems)) return { ...others, ...(items !== undefined && { items }) };
  return { ...others, items: prefixItems, ...(items !== undefined && { additionalItems: items }) };
}

function rewriteMember(key: string, value: unknown): [key: string, value: unknown] {
  if (valueKeys.has(key)) return [key, value];
  if (key === 'allOf' || key === 'anyOf') return [key, onceEach(rewrite(value))];
  if (key === 'oneOf') return [key, oneOf(rewrite(value))];
  if (!mapKeys.has(key)) return [key, rewrite(value)];
  return [key, Object.fromEntries(Object.entries(asObject(value)).map(([name, each]) => [name, rewrite(each)]))];
}

function onceEach(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  return [...new Map(list.map((schema) => [JSON.stringify(schema), schema])).values()];
}

/** Of shapes that are all alike a value never fits exactly one, as it never does where two take anything. */
function oneOf(list: unknown): unknown {
  const shapes = onceEach(list);
  return Array.isArray(list) && list.length > 1 && Array.isArray(shapes) && shapes.length === 1
    ? [...shapes, {}, {}]
    : list;
}
