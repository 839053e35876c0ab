import { appendPointer, readPointer } from '../json/json-pointer.js';
import { asObject, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { mapKeys, shownKeys } from './source-file.js';

/** What a `$ref` is meant from: the file, or a schema with an `$id`. */
interface Resource {
  readonly uri: string;
  readonly pointer: string;
}

/** Where a walk through a file stands. */
interface Place {
  readonly pointer: string;
  readonly resource: Resource;
  /** Whether the keys here are names. */
  readonly isMap: boolean;
}

/** Relative identifiers need something that they are relative to; it is never asked for. */
const start: Place = { pointer: '#', resource: { uri: 'document:/', pointer: '#' }, isMap: false };

/** Whether a file may have what `settleIdentifiers` settles. */
export function mayIdentify(text: string): boolean {
  return /\$(?:id|anchor|self)\b/.test(text);
}

/**
 * Returns what a file says with plain pointers into it for every `$ref` that is meant from an `$id`, or that names one, an
 * `$anchor` or the `$self` of the document. What such a `$ref` names elsewhere stands there as its whole address.
 *
 * A pointer that is only right from the root of the file is taken so, as most tools do. Identifiers are left out, but where
 * dynamic references need them.
 */
export function settleIdentifiers(file: Json): Json {
  const resources = new Map<string, string>();
  const anchors = new Map<string, string>();
  let isDynamic = false;
  collect(file, start);
  return settle(file, start);

  function collect(node: Json, place: Place): void {
    if (typeof node !== 'object' || node === null) return;
    const resource = resourceAt(node, place);
    resources.set(resource.uri, resource.pointer);
    for (const name of isObject(node) && !place.isMap ? [node.$anchor, node.$dynamicAnchor] : []) {
      if (typeof name === 'string') anchors.set(`${resource.uri}#${name}`, place.pointer);
    }
    isDynamic ||= isObject(node) && !place.isMap && typeof node.$dynamicAnchor === 'string';
    for (const [key, value] of Object.entries(node)) {
      const below = placeBelow(key, value, { ...place, resource });
      if (below !== undefined) collect(value, below);
    }
  }

  function settle(node: Json, place: Place): Json {
    if (typeof node !== 'object' || node === null) return node;
    const here = { ...place, resource: resourceAt(node, place) };
    if (Array.isArray(node)) {
      return node.map((item, index) => settle(item, placeBelow(String(index), item, here) ?? here));
    }
    return Object.fromEntries(Object.entries(node).flatMap(([key, value]) => settleMember(key, value, here)));
  }

  function settleMember(key: string, value: Json, place: Place): [string, Json][] {
    const { isMap, resource } = place;
    const isText = !isMap && typeof value === 'string';
    if (isText && (key === '$id' || key === '$anchor') && !isDynamic) return [];
    if (isText && key === '$ref') return [[key, pointerTo(value, resource)]];
    if (!isMap && key === 'discriminator') return [[key, settleMapping(asObject(value), resource)]];
    const below = placeBelow(key, value, place);
    return [[key, below === undefined ? value : settle(value, below)]];
  }

  function settleMapping(discriminator: JsonObject, resource: Resource): JsonObject {
    if (!isObject(discriminator.mapping)) return discriminator;
    const mapping = Object.entries(discriminator.mapping).map(([name, target]): [string, Json] => {
      return [name, typeof target === 'string' ? pointerTo(target, resource) : target];
    });
    return { ...discriminator, mapping: Object.fromEntries(mapping) };
  }

  function pointerTo(reference: string, from: Resource): string {
    const isFromFile = from.pointer === '#';
    if (isFromFile && reference.startsWith('#/')) return reference;
    const address = toUri(reference, from.uri);
    const [uri = '', fragment = ''] = address.split('#');
    const resource = resources.get(uri);
    // A file that has an `$id` as a whole stands among others that have theirs.
    if (resource === undefined) return !isFromFile && /^https?:/.test(address) ? address : reference;
    if (fragment !== '' && !fragment.startsWith('/')) return anchors.get(address) ?? reference;
    const pointer = `${resource}${fragment}`;
    const isOfFile = readPointer(file, pointer) === undefined && readPointer(file, `#${fragment}`) !== undefined;
    return isOfFile ? `#${fragment}` : pointer;
  }
}

function resourceAt(node: Json, { pointer, resource, isMap }: Place): Resource {
  if (!isObject(node) || isMap) return resource;
  const name = pointer === '#' ? (node.$self ?? node.$id) : node.$id;
  return typeof name === 'string' ? { uri: toUri(name, resource.uri).replace(/#$/, ''), pointer } : resource;
}

/** Returns the place of what stands below; undefined of a value that is only shown, in which nothing is a `$ref`. */
function placeBelow(key: string, value: Json, { pointer, resource, isMap }: Place): Place | undefined {
  const isNamed = !isMap && mapKeys.has(key) && isObject(value);
  if (!isMap && !isNamed && shownKeys.has(key)) return undefined;
  return { pointer: appendPointer(pointer, key), resource, isMap: isNamed };
}

function toUri(reference: string, base: string): string {
  return URL.canParse(reference, base) ? new URL(reference, base).href : reference;
}
