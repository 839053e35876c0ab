import { appendPointer } from '../json/json-pointer.js';
import {
  dataType,
  documentType,
  mediaType,
  type NodeType,
  pathItemType,
  schemaType,
  typeBelow,
} from '../json/node-types.js';
import { hasField } from '../json/path-item.js';
import { asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { liftSchema30 } from './lift-schema.js';

/** What of a document has no meaning where it stands, or in the version that it is lifted to, and is left out. */
export interface LeftOut {
  readonly pointer: string;
  readonly message: string;
  readonly hint: string;
}

/** A document in the terms of OpenAPI 3.1, the only ones that anything behind this knows, and in those of 3.2 where 3.1 has none. */
export interface LiftedDocument {
  readonly document: JsonObject;
  readonly leftOut: readonly LeftOut[];
}

/** What a lift does to a node of a type, from the inside out; the same node where there is nothing to do. */
type Change = (node: JsonObject, type: NodeType, pointer: string) => JsonObject;

/** Returns a bundled document of 3.0, 3.1 or 3.2 in the terms of 3.1. */
export function liftDocument(bundle: JsonObject): LiftedDocument {
  const version = String(bundle.openapi);
  const leftOut: LeftOut[] = [];
  const named = nameMappings(bundle);
  const changes: Change[] = [named];
  if (version.startsWith('3.0.')) changes.unshift(liftNode30);
  if (version.startsWith('3.2.')) changes.unshift(createLift32(bundle, leftOut));
  const lifted = changes.reduce((document, change) => asObject(walk(document, documentType, '#', change)), bundle);
  const isOfLater = version.startsWith('3.2.') && hasLater(lifted);
  const document = version.startsWith('3.1.') || isOfLater ? lifted : { ...lifted, openapi: '3.1.0' };
  return { document, leftOut };
}

/** Returns the node with each node in it changed; what is not changed is not copied either. */
function walk(node: Json, type: NodeType, pointer: string, change: Change): Json {
  if (typeof node !== 'object' || node === null || type === dataType) return node;
  let copy: Json[] | JsonObject | undefined;
  const isList = Array.isArray(node);
  for (const key of Object.keys(node)) {
    const value = isList ? node[Number(key)] : node[key];
    if (typeof value !== 'object' || value === null) continue;
    const walked = walk(value, typeBelow(type, key, isList), appendPointer(pointer, key), change);
    if (walked === value) continue;
    copy ??= isList ? [...node] : { ...node };
    if (Array.isArray(copy)) copy[Number(key)] = walked;
    else setMember(copy, key, walked);
  }
  const current = copy ?? node;
  return isObject(current) ? change(current, type, pointer) : current;
}

/** Assigning it would set the prototype. */
function setMember(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

function liftNode30(node: JsonObject, type: NodeType, pointer: string): JsonObject {
  if (type === schemaType) return liftSchema30(node);
  return type === mediaType && isObject(node.encoding) && /\/multipart~1[^/]*$/i.test(pointer)
    ? { ...node, encoding: withoutStyles(node.encoding) }
    : node;
}

/** Parts have no styles in 3.0: what is written of one is ignored. */
function withoutStyles(encodings: JsonObject): JsonObject {
  const entries = Object.entries(encodings).map(([name, node]): [string, Json] => {
    const { style: _, explode: __, allowReserved: ___, ...rest } = asObject(node);
    return [name, rest];
  });
  return Object.fromEntries(entries);
}

/** A mapping may name a schema where others refer to it. */
function nameMappings(bundle: JsonObject): Change {
  const schemas = asObject(asObject(bundle.components).schemas);
  return (node, type) => {
    const discriminator = type === schemaType ? asObject(node.discriminator) : {};
    const mapping = Object.entries(asObject(discriminator.mapping));
    if (!mapping.some(([, target]) => typeof target === 'string' && Object.hasOwn(schemas, target))) return node;
    const named = mapping.map(([name, target]): [string, Json] => {
      const isName = typeof target === 'string' && Object.hasOwn(schemas, target);
      return [name, isName ? appendPointer('#/components/schemas', target) : target];
    });
    return { ...node, discriminator: { ...discriminator, mapping: Object.fromEntries(named) } };
  };
}

/**
 * The methods, the query as a whole (`in: querystring`) and the encoding of parts without names of 3.2 stay as they are, since 3.1
 * has no words for them; a document that has them is one of 3.2 still.
 */
function createLift32(bundle: JsonObject, leftOut: LeftOut[]): Change {
  function leave(pointer: string, message: string, hint: string): void {
    leftOut.push({ pointer, message, hint });
  }

  /** Leaves out what is no method that a request can have, or one that has a field. */
  function liftMethods(node: JsonObject, pointer: string): JsonObject {
    const methods = Object.entries(asObject(node.additionalOperations));
    const kept = methods.filter(([method]) => {
      const place = appendPointer(pointer, 'additionalOperations', method);
      if (hasField(method)) {
        const hint = `Write it as ${method.toLowerCase()}, beside additionalOperations.`;
        leave(place, `The method ${method} has a field of its own.`, hint);
      } else if (!isMethod(method)) {
        leave(place, `No request can have the method ${method}.`, 'Give it a name of letters, such as COPY.');
      } else return true;
      return false;
    });
    return kept.length === methods.length ? node : { ...node, additionalOperations: Object.fromEntries(kept) };
  }

  return (node, type, pointer) => {
    if (type === pathItemType) return liftMethods(node, pointer);
    if (type === mediaType) return liftMedia(bundle, node);
    if (type.section === 'parameters' && node.in === 'cookie' && node.style === 'cookie') {
      return { ...node, style: 'form' };
    }
    if (type.section === 'examples') return liftExample(node);
    return node;
  };
}

/** Whether a text is a method of HTTP; CONNECT asks for a tunnel, which no operation is. */
function isMethod(text: string): boolean {
  return /^[!#$%&'*+\-.^`|~\w]+$/.test(text) && text.toUpperCase() !== 'CONNECT';
}

/** Whether a document says what only 3.2 has words for. */
function hasLater(node: Json, type: NodeType = documentType): boolean {
  if (typeof node !== 'object' || node === null || type === dataType || type === schemaType) return false;
  if (isObject(node)) {
    if (type === pathItemType && ('query' in node || 'additionalOperations' in node)) return true;
    if (type.section === 'parameters' && node.in === 'querystring') return true;
    if (type === mediaType && ('itemEncoding' in node || 'prefixEncoding' in node)) return true;
  }
  return Object.entries(node).some(([key, value]) => hasLater(value, typeBelow(type, key, Array.isArray(node))));
}

/** Media types can be referred to, and be a sequence of items of one schema. */
function liftMedia(bundle: JsonObject, node: JsonObject): JsonObject {
  const media = typeof node.$ref === 'string' ? asObject(dereference(bundle, node)) : node;
  const { itemSchema, ...rest } = media;
  if (itemSchema === undefined || rest.schema !== undefined)
    return media === node && itemSchema === undefined ? node : rest;
  return { ...rest, schema: { type: 'array', items: itemSchema } };
}

function liftExample(node: JsonObject): JsonObject {
  const { dataValue, serializedValue, ...rest } = node;
  const value = dataValue ?? serializedValue;
  return value === undefined ? node : { value, ...rest };
}
