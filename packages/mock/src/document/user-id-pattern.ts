import type { JsonObject } from '../http/types.js';
import { asObject, createResolver } from './lookup.js';

/** Gives a copy of the document in which every `userId` that has a pattern has this one. */
export function withUserIdPattern(document: JsonObject, pattern: RegExp): JsonObject {
  const copy = structuredClone(document);
  const resolve = createResolver(copy);

  function visit(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    for (const value of Object.values(node)) visit(value);
    const { properties, name, schema } = asObject(node);
    replace(asObject(properties).userId);
    if (name === 'userId') replace(schema);
  }

  function replace(node: unknown): void {
    const schema = resolve(node) as { pattern?: unknown };
    if (typeof schema.pattern === 'string') schema.pattern = pattern.source;
  }

  visit(copy);
  return copy;
}
