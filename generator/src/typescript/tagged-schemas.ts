import { asArray, asObject, isObject, readPointer } from '@nexconn-kit/document/compiler';
import type { JsonObject, Schema } from '../types.js';

/**
 * Returns the schemas that a `oneOf` or `anyOf` tells apart by a `discriminator`, by their `$ref`, each with the values that its
 * tag has: those that `mapping` gives it, or else its name. Without them TypeScript cannot tell which one it has.
 */
export function tagSchemas(bundle: JsonObject): ReadonlyMap<string, Schema> {
  const tags = new Map<string, { property: string; values: Set<string> }>();
  visit(bundle);
  const tagged = new Map<string, Schema>();
  for (const [reference, { property, values }] of tags) {
    const schema = readPointer(bundle, reference);
    if (isObject(schema)) tagged.set(reference, withTag(schema, property, [...values]));
  }
  return tagged;

  function visit(node: unknown): void {
    if (isObject(node) && isObject(node.discriminator)) collect(node, node.discriminator);
    if (typeof node === 'object' && node !== null) Object.values(node).forEach(visit);
  }

  function collect(schema: JsonObject, { propertyName, mapping, defaultMapping }: JsonObject): void {
    if (typeof propertyName !== 'string') return;
    for (const member of [...asArray(schema.oneOf), ...asArray(schema.anyOf)]) {
      if (!isObject(member) || typeof member.$ref !== 'string') continue;
      const reference = member.$ref;
      const name = reference.slice(reference.lastIndexOf('/') + 1);
      // It stands for any value that no other has.
      if (defaultMapping === reference || defaultMapping === name) continue;
      const mapped = Object.entries(asObject(mapping)).filter(([, target]) => target === reference || target === name);
      const tag = tags.get(reference) ?? { property: propertyName, values: new Set<string>() };
      for (const value of mapped.length > 0 ? mapped.map(([key]) => key) : [name]) tag.values.add(value);
      tags.set(reference, tag);
    }
  }
}

/** Returns an object schema whose tag has these values alone; one that is told already what they are stays as it is. */
function withTag(schema: JsonObject, property: string, values: readonly string[]): Schema {
  const properties = asObject(schema.properties);
  const tag = properties[property];
  if (!isObject(tag) || tag.const !== undefined || tag.enum !== undefined || tag.$ref !== undefined)
    return schema as Schema;
  const required = [...new Set([...asArray(schema.required), property])];
  return { ...schema, required, properties: { ...properties, [property]: { ...tag, enum: [...values] } } } as Schema;
}
