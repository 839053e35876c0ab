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
  const { prefixItems, items, ...others } = withOneOfEach(Object.fromEntries(members));
  if (!Array.isArray(prefixItems)) return { ...others, ...(items !== undefined && { items }) };
  return { ...others, items: prefixItems, ...(items !== undefined && { additionalItems: items }) };
}

function rewriteMember(key: string, value: unknown): [key: string, value: unknown] {
  if (valueKeys.has(key)) return [key, value];
  if (key === 'allOf' || key === 'anyOf') return [key, onceEachIn(rewrite(value))];
  if (!mapKeys.has(key)) return [key, rewrite(value)];
  return [key, Object.fromEntries(Object.entries(asObject(value)).map(([name, each]) => [name, rewrite(each)]))];
}

function onceEachIn(list: unknown): unknown {
  return Array.isArray(list) ? onceEach(list) : list;
}

function onceEach(list: readonly unknown[]): unknown[] {
  return [...new Map(list.map((schema) => [JSON.stringify(schema), schema])).values()];
}

/**
 * Returns a schema whose `oneOf` has each shape once. What fits a shape that stands there twice never fits exactly one: it fits
 * none of these, and exactly one of the others. Where there are no others nothing does, as where two shapes take anything.
 */
function withOneOfEach(schema: JsonObject): JsonObject {
  const { oneOf: list, allOf = [] } = schema;
  if (!Array.isArray(list)) return schema;
  const shapes = onceEach(list);
  if (shapes.length === list.length) return schema;
  const texts = list.map((shape) => JSON.stringify(shape));
  const isRepeated = (shape: unknown): boolean => texts.filter((text) => text === JSON.stringify(shape)).length > 1;
  const single = shapes.filter((shape) => !isRepeated(shape));
  if (single.length === 0) return { ...schema, oneOf: [...shapes, {}, {}] };
  const none = shapes.filter(isRepeated).map((shape) => ({ not: shape }));
  return { ...schema, oneOf: single, allOf: [...(Array.isArray(allOf) ? allOf : []), ...none] };
}
