import { asObject, createResolver, definitionIn, isJsonType, type JsonObject } from '../document/lookup.js';

/**
 * Returns a document of one operation, with all that it refers to and nothing else, as a copy. Prism writes every reference
 * out, which would take minutes and all memory for the whole of a large document.
 */
export function sliceDocument(document: JsonObject, path: string, method: string): JsonObject {
  const resolve = createResolver(document);
  const pathItem = resolve(asObject(document.paths)[path]);
  const { servers } = pathItem;
  const definition = definitionIn(pathItem, method);
  // Prism would call a callback's URL over the network.
  const { callbacks: _, parameters: own, ...operation } = asObject(definition);
  const parameters = knownParameters(pathItem.parameters, resolve);
  const queue: string[] = [];
  const needed = new Set<string>();
  const { info, servers: rootServers, security, components } = document;
  const { securitySchemes } = asObject(components);
  const slice = copy({
    ...{ openapi: '3.1.0', info, servers: rootServers, security },
    paths: {
      [path]: {
        ...{ parameters, servers },
        [prismMethod(method)]: definition && {
          ...operation,
          parameters: knownParameters(own, resolve),
        },
      },
    },
    components: { securitySchemes },
  }) as Record<string, unknown>;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) place(slice, keysOf(next));
  return slice;

  /** What leads nowhere stands in an example, where it is no reference, and Prism would fail at it. */
  function copy(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(copy);
    if (typeof node !== 'object' || node === null) return node;
    const { $ref } = node as { $ref?: unknown };
    if (typeof $ref === 'string' && !isKnown($ref)) return {};
    const members = Object.entries(node).filter(([, value]) => value !== undefined);
    return Object.fromEntries(members.map(([key, value]) => [key, copy(value)]));
  }

  function isKnown(reference: string): boolean {
    if (needed.has(reference)) return true;
    if (!reference.startsWith('#') || read(keysOf(reference)) === undefined) return false;
    needed.add(reference);
    queue.push(reference);
    return true;
  }

  function read(keys: readonly string[]): unknown {
    return keys.reduce<unknown>((node, key) => {
      return typeof node === 'object' && node !== null && Object.hasOwn(node, key)
        ? node[key as keyof typeof node]
        : undefined;
    }, document);
  }

  /** Puts what keys lead to at the same place of the slice, the whole of a component or a list. */
  function place(slice: Record<string, unknown>, keys: readonly string[]): void {
    const depth = keys[0] === 'components' ? 3 : keys.length;
    let [from, to]: [unknown, Record<string, unknown>] = [document, slice];
    for (const [index, key] of keys.slice(0, depth).entries()) {
      const value = asObject(from)[key];
      const isLast = index === Math.min(depth, keys.length) - 1 || Array.isArray(value);
      if (isLast) {
        if (!Object.hasOwn(to, key)) to[key] = copy(value);
        return;
      }
      if (!Object.hasOwn(to, key)) to[key] = {};
      [from, to] = [value, asObject(to[key]) as Record<string, unknown>];
    }
  }
}

/** The methods that Prism has operations of. */
const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** Returns the method that Prism plays an operation under: its own, or one that may have a body. */
export function prismMethod(method: string): string {
  const name = method.toLowerCase();
  return methods.has(name) ? name : 'post';
}

/**
 * Returns parameters as Prism knows them. The query as a whole is checked elsewhere: Prism sees a parameter that is there if all
 * is well with it. One in JSON is a value with its schema: in `allOf` it has no type, by which Prism would take it apart.
 */
function knownParameters(list: unknown, resolve: (node: unknown) => JsonObject): unknown {
  if (!Array.isArray(list)) return undefined;
  return list.map((node) => {
    const parameter = resolve(node);
    const { name, in: place, content: _, ...others } = parameter;
    if (place === 'querystring') return { name, in: 'query', required: true, schema: {} };
    const schema = jsonSchemaOf(parameter, resolve);
    return schema === undefined ? node : { ...others, name, in: place, schema: { allOf: [schema] } };
  });
}

/** Returns the schema of a parameter of the query that is written in JSON; undefined for any other. */
export function jsonSchemaOf({ in: place, content }: JsonObject, resolve: (node: unknown) => JsonObject): unknown {
  const [[contentType, media] = []] = Object.entries(asObject(content));
  return place === 'query' && contentType !== undefined && isJsonType(contentType) ? resolve(media).schema : undefined;
}

function keysOf(reference: string): string[] {
  return reference.split('/').slice(1).map(unescapeKey);
}

function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return key.replaceAll('~1', '/').replaceAll('~0', '~');
  }
}

/** How much of a schema is written out in its place; a few that contain each other would fill any memory. */
const maxNodes = 20_000;

/** How deep references are written out within each other, the deepest that `maxNodes` allows. */
const depths = [16, 8, 5, 3, 2, 1];

/**
 * Returns a slice with what its references name in their places, in the operation itself: Prism reads types of parameters and
 * fields only there. Where a schema contains itself, or grows too large, the reference stays.
 */
export function writeOut(slice: JsonObject): JsonObject {
  const resolve = createResolver(slice);
  for (const depth of depths) {
    const counted = { nodes: 0 };
    const paths = expand(slice.paths, { resolve, depth, around: [], counted });
    if (counted.nodes <= maxNodes || depth === depths.at(-1)) return { ...slice, paths };
  }
  return slice;
}

interface Expansion {
  /** Whether this is the value of an example. */
  readonly isShown?: boolean;
  readonly resolve: (node: unknown) => JsonObject;
  readonly depth: number;
  /** The references that this stands in the place of. */
  readonly around: readonly string[];
  readonly counted: { nodes: number };
}

function expand(node: unknown, expansion: Expansion): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const { resolve, depth, around, counted } = expansion;
  counted.nodes += 1;
  if (counted.nodes > maxNodes && depth > 1) return node;
  if (Array.isArray(node)) return node.map((item) => expand(item, expansion));
  const { $ref, ...siblings } = node as { $ref?: unknown };
  if (typeof $ref === 'string') {
    if (around.includes($ref) || around.length >= depth) return node;
    const target = resolve({ $ref });
    const inner = { ...expansion, around: [...around, $ref] };
    // It can be no more than a slip: what an example names is its value.
    if (expansion.isShown && isExample($ref)) return expand(target.value, inner);
    return expand({ ...target, ...siblings }, inner);
  }
  const entries = Object.entries(node).map(([key, value]) => {
    const isShown = expansion.isShown || key === 'value' || key === 'example';
    return [key, expand(value, isShown ? { ...expansion, isShown } : expansion)];
  });
  return Object.fromEntries(entries);
}

function isExample(reference: string): boolean {
  return reference.startsWith('#/components/examples/');
}
