import { appendPointer, readPointer, splitPointer } from '../json/json-pointer.js';
import { isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';

/** The first schema of each dynamic anchor that a validation has come through, as pointers by the names of the anchors. */
export type DynamicScope = Readonly<Record<string, string>>;

/** Where the references of a document lead to. */
export interface Resources {
  /** Returns the pointer to the schema of a `$ref` that stands at a place; undefined where there is none. */
  readonly resolve: (reference: string, place: string) => string | undefined;
  /** Returns the same of a `$dynamicRef`. */
  readonly resolveDynamic: (reference: string, place: string, scope: DynamicScope) => string | undefined;
  /** Returns a scope with what is added by the resource that a place belongs to. */
  readonly enter: (place: string, scope: DynamicScope) => DynamicScope;
}

interface Resource {
  readonly pointer: string;
  readonly anchors: Map<string, string>;
  readonly dynamicAnchors: Map<string, string>;
}

/** Relative identifiers need something that they are relative to; it is never asked for. */
const rootUri = 'document:/';
/** What these have inside is data. */
const dataKeys = ['enum', 'const', 'example', 'examples', 'default'];

/** Returns the resources of a document: the document itself, and every schema with an `$id`. */
export function readResources(root: JsonObject): Resources {
  const resources = new Map<string, Resource>();
  const uris = new Map<string, string>();
  const hasNames = mentionsName(root);
  addResource(rootUri, '#');
  if (hasNames) collect(root, '#', rootUri, false);

  function addResource(uri: string, pointer: string): void {
    resources.set(uri, { pointer, anchors: new Map(), dynamicAnchors: new Map() });
    uris.set(pointer, uri);
  }

  function collect(node: Json, pointer: string, outer: string, isMap: boolean): void {
    if (typeof node !== 'object' || node === null) return;
    let uri = outer;
    if (!isMap && isObject(node)) {
      if (typeof node.$id === 'string') {
        uri = toUri(node.$id, outer);
        addResource(uri, pointer);
      }
      const resource = resources.get(uri);
      if (typeof node.$anchor === 'string') resource?.anchors.set(node.$anchor, pointer);
      if (typeof node.$dynamicAnchor === 'string') {
        resource?.anchors.set(node.$dynamicAnchor, pointer);
        resource?.dynamicAnchors.set(node.$dynamicAnchor, pointer);
      }
    }
    for (const [key, value] of Object.entries(node)) {
      if (!isMap && dataKeys.includes(key)) continue;
      const isMapOfNames = !isMap && ['properties', 'patternProperties', '$defs', 'schemas'].includes(key);
      collect(value, appendPointer(pointer, key), uri, isMapOfNames);
    }
  }

  function uriOf(place: string): string {
    if (!hasNames) return rootUri;
    for (let keys = splitPointer(place); ; keys = keys.slice(0, -1)) {
      const uri = uris.get(appendPointer('#', ...keys));
      if (uri !== undefined) return uri;
    }
  }

  function resolve(reference: string, place: string): string | undefined {
    const [uri = '', fragment = ''] = toUri(reference, uriOf(place), true).split('#');
    const resource = resources.get(uri);
    if (resource === undefined) return undefined;
    if (fragment !== '' && !fragment.startsWith('/')) return resource.anchors.get(decodeURIComponent(fragment));
    const pointer = appendPointer(resource.pointer, ...splitPointer(`#${fragment}`));
    if (readPointer(root, pointer) !== undefined) return pointer;
    // Of a document that has been read, every pointer is meant from its root.
    return readPointer(root, reference) === undefined ? undefined : reference;
  }

  return {
    resolve,
    resolveDynamic(reference, place, scope) {
      const target = resolve(reference, place);
      const anchor = reference.slice(reference.indexOf('#') + 1);
      const isDynamic = target !== undefined && resources.get(uriOf(target))?.dynamicAnchors.get(anchor) === target;
      return isDynamic ? (scope[anchor] ?? target) : target;
    },
    enter(place, scope) {
      if (!hasNames) return scope;
      const own = resources.get(uriOf(place))?.dynamicAnchors;
      return own?.size ? { ...Object.fromEntries(own), ...scope } : scope;
    },
  };
}

function mentionsName(node: Json): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return Object.entries(node).some(([key, value]) => {
    return key === '$id' || key === '$anchor' || key === '$dynamicAnchor' || mentionsName(value);
  });
}

function toUri(reference: string, base: string, withFragment = false): string {
  if (base === rootUri && reference.startsWith('#')) return `${rootUri}${reference}`;
  try {
    const { href } = new URL(reference, base);
    return withFragment ? href : href.replace(/#.*$/, '');
  } catch {
    return reference;
  }
}
