import { appendPointer } from '../json/json-pointer.js';
import {
  anyType,
  dataType,
  documentType,
  exampleType,
  type NodeType,
  operationType,
  parameterType,
  pathItemType,
  responseType,
  schemaType,
  typeBelow,
} from '../json/node-types.js';
import { isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { LeftOut } from './lift-document.js';

/**
 * Returns a document without what is null, or of another kind, where an object, a map or a list belongs: what comes after this
 * reads members of it. What is null counts as absent; the rest is told. The same document where there is no such place.
 */
export function dropWrongKinds(bundle: JsonObject): { readonly document: JsonObject; readonly leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = [];

  function walk<Node extends Json[] | JsonObject>(node: Node, type: NodeType, pointer: string): Node {
    const isList = Array.isArray(node);
    let isChanged = false;
    const entries = Object.entries(node).flatMap(([key, value]): [string, Json][] => {
      const below = isExtension(key, type) ? anyType : typeBelow(type, key, isList);
      if (isTold(key, type, below) || isOfKind(value, below)) return [[key, walkBelow(key, value, below)]];
      isChanged = true;
      if (value !== null) leftOut.push(describe(key, value, below, appendPointer(pointer, key)));
      // The places of those behind it stay as they are; a schema that asks nothing changes nothing in a list.
      return isList ? [[key, {}]] : [];
    });
    if (!isChanged) return node;
    return (isList ? entries.map(([, value]) => value) : Object.fromEntries(entries)) as Node;

    function walkBelow(key: string, value: Json, below: NodeType): Json {
      if (typeof value !== 'object' || value === null || isOpen(below)) return value;
      const walked = walk(value, below, appendPointer(pointer, key));
      if (walked !== value) isChanged = true;
      return walked;
    }
  }

  return { document: walk(bundle, documentType, '#'), leftOut };
}

const told: ReadonlySet<NodeType> = new Set([operationType, parameterType, exampleType]);

/** Whether what is wrong with it is told by those who read it, with what to do. */
function isTold(key: string, type: NodeType, below: NodeType): boolean {
  return told.has(below) || (type === documentType && key === 'paths');
}

/** Whether a key is no name of a member: objects of OpenAPI, and maps of paths and statuses, can have extensions. */
function isExtension(key: string, { name, members }: NodeType): boolean {
  const member = members?.();
  return key.startsWith('x-') && (name !== undefined || member === pathItemType || member === responseType);
}

function isOpen(type: NodeType): boolean {
  return type === dataType || type === anyType;
}

function isOfKind(value: Json, type: NodeType): boolean {
  if (isOpen(type)) return true;
  if (type.items) return Array.isArray(value) || (isObject(value) && typeof value.$ref === 'string');
  return isObject(value) || (type === schemaType && typeof value === 'boolean');
}

function describe(key: string, value: Json, type: NodeType, pointer: string): LeftOut {
  const kind = Array.isArray(value) ? 'a list' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
  if (type.items) return { pointer, message: `${key} is ${kind}.`, hint: 'Write a list, or leave it out.' };
  if (type.name === undefined)
    return { pointer, message: `${key} is ${kind}.`, hint: 'Write a map from names, or leave it out.' };
  return {
    pointer,
    message: `There is ${kind} where ${type.name} belongs.`,
    hint: 'Write an object, or leave it out.',
  };
}
