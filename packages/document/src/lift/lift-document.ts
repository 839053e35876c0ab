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
import { asArray, asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { LeftOut } from './drop-wrong-kinds.js';
import { liftSchema30 } from './lift-schema.js';

/** A document as one of OpenAPI 3.1, the only version that anything behind this knows. */
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
  const document = version.startsWith('3.1.') ? lifted : { ...lifted, openapi: '3.1.0' };
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

/** Methods that 3.1 has no field for. */
const laterFields = ['query', 'additionalOperations'];

function createLift32(bundle: JsonObject, leftOut: LeftOut[]): Change {
  function leave(pointer: string, message: string, hint: string): void {
    leftOut.push({ pointer, message, hint });
  }

  function liftPathItem(node: JsonObject, pointer: string): JsonObject {
    const methods = [...('query' in node ? ['QUERY'] : []), ...Object.keys(asObject(node.additionalOperations))];
    for (const method of methods) {
      leave(
        pointer,
        `The method ${method} is none that can be played.`,
        'Play its other operations, or describe it as a POST too.',
      );
    }
    const kept = Object.entries(node).filter(([key]) => !laterFields.includes(key));
    return Object.fromEntries(
      kept.map(([key, value]) => [
        key,
        key === 'parameters' ? keepParameters(value, pointer) : withParameters(value, appendPointer(pointer, key)),
      ]),
    );
  }

  function withParameters(value: Json, pointer: string): Json {
    return isObject(value) && value.parameters !== undefined
      ? { ...value, parameters: keepParameters(value.parameters, pointer) }
      : value;
  }

  /** A parameter that is the whole query has no name of its own there. */
  function keepParameters(list: Json | undefined, pointer: string): Json {
    return asArray(list).flatMap((entry, index): Json[] => {
      const parameter = asObject(dereference(bundle, entry));
      if (parameter.in === 'querystring') {
        const place = appendPointer(pointer, 'parameters', index);
        leave(
          place,
          `The query as a whole (${String(parameter.name)}) is not checked.`,
          'Describe its parameters one by one.',
        );
        return [];
      }
      return [parameter.in === 'cookie' && parameter.style === 'cookie' ? { ...parameter, style: 'form' } : entry];
    });
  }

  return (node, type, pointer) => {
    if (type === pathItemType) return hasLater(node) ? liftPathItem(node, pointer) : node;
    if (type === mediaType) {
      leaveEncodings(node, pointer);
      return liftMedia(bundle, node);
    }
    if (type.section === 'examples') return liftExample(node);
    return node;
  };

  /** Parts without names have no field that 3.1 would tell their encoding by. */
  function leaveEncodings(node: JsonObject, pointer: string): void {
    for (const key of ['itemEncoding', 'prefixEncoding'].filter((name) => name in node)) {
      leave(
        appendPointer(pointer, key),
        `${key} is not read: each part is written as its value says.`,
        'Leave it out, or send each part by formPart() of @nexconn-kit/client/api with its Content-Type and headers.',
      );
    }
  }

  function hasLater(node: JsonObject): boolean {
    return laterFields.some((key) => key in node) || JSON.stringify(node).includes('"in":');
  }
}

/** Media types can be referred to, and be a sequence of items of one schema. */
function liftMedia(bundle: JsonObject, node: JsonObject): JsonObject {
  const media = typeof node.$ref === 'string' ? asObject(dereference(bundle, node)) : node;
  const { itemSchema, itemEncoding: _, prefixEncoding: __, ...rest } = media;
  if (itemSchema === undefined || rest.schema !== undefined)
    return media === node && itemSchema === undefined ? node : rest;
  return { ...rest, schema: { type: 'array', items: itemSchema } };
}

function liftExample(node: JsonObject): JsonObject {
  const { dataValue, serializedValue, ...rest } = node;
  const value = dataValue ?? serializedValue;
  return value === undefined ? node : { value, ...rest };
}
