import { asObject, type Resolve } from '../document/lookup.js';

/** Keywords of whose meaning the generated validators and Prism's have one opinion; a test compares them. */
const plainKeywords = new Set([
  'type',
  'enum',
  'const',
  'required',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
]);
const annotations = new Set(['title', 'summary', 'description', 'example', 'examples', '$comment']);

/** Says whether a keyword of a document has no part in a verdict; those of ours are judged by our validators alone. */
export function isAnnotation(keyword: string): boolean {
  return annotations.has(keyword) || keyword.startsWith('x-');
}

/** Says whether nothing in a schema is left to Prism to judge; a schema that contains itself is. */
export function isPlainSchema(node: unknown, resolve: Resolve, around: readonly unknown[] = []): boolean {
  const isReference = typeof asObject(node).$ref === 'string';
  const schema = resolve(node);
  if ((isReference && Object.keys(asObject(node)).length > 1) || around.includes(schema)) return false;
  const isInside = (inner: unknown) => isPlainSchema(inner, resolve, [...around, schema]);
  return Object.entries(schema).every(([keyword, value]) => {
    if (keyword === 'properties') return Object.values(asObject(value)).every(isInside);
    if (keyword === 'items') return isInside(value);
    if (keyword === 'additionalProperties') return typeof value === 'boolean' || isInside(value);
    return plainKeywords.has(keyword) || isAnnotation(keyword);
  });
}
