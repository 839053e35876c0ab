import { appendPointer, readKeys } from './json-pointer.js';
import { asObject, dereference } from './references.js';
import type { JsonObject } from './types.js';

/** The methods that a path item has a field of its own for; any other stands under `additionalOperations`. */
const fields = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']);

/** Whether a path item has a field for a method, however it is written. */
export function hasField(method: string): boolean {
  return fields.has(method.toLowerCase());
}

/** Returns the methods of a path item: those of fields in upper case, in the order of OpenAPI, then the others as they are written. */
export function methodsOf(pathItem: JsonObject): string[] {
  const own = [...fields].filter((name) => Object.hasOwn(pathItem, name)).map((name) => name.toUpperCase());
  return [...own, ...Object.keys(asObject(pathItem.additionalOperations))];
}

/** Returns the keys that lead from a path item to the operation of a method. */
function keysOf(method: string): string[] {
  return hasField(method) ? [method.toLowerCase()] : ['additionalOperations', method];
}

/** Returns the pointer of an operation. */
export function pointerOf(path: string, method: string): string {
  return appendPointer('#/paths', path, ...keysOf(method));
}

/** Returns a path item of nothing but the operation of a method, where it has that, and what all of its operations share. */
export function onlyMethod({ parameters = [], ...pathItem }: JsonObject, method: string): JsonObject {
  const definition = definitionIn(pathItem, method) ?? {};
  return { parameters, ...asObject(keysOf(method).reduceRight((inner, key) => ({ [key]: inner }), definition)) };
}

/** Returns what a path item has for a method. */
export function definitionIn(pathItem: JsonObject, method: string): JsonObject[string] | undefined {
  return readKeys(pathItem, keysOf(method));
}

/** Returns an operation of a bundled document as it is written there; an empty one where there is none. */
export function definitionOf(bundle: JsonObject, { path, method }: { path: string; method: string }): JsonObject {
  const pathItem = asObject(dereference(bundle, asObject(bundle.paths)[path]));
  return asObject(definitionIn(pathItem, method));
}
