import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parse } from 'yaml';

/** A JSON value of a document. */
export type Node = unknown;

type Members = Readonly<Record<string, Node>>;

/** An operation as its author wrote it. */
export interface RawOperation {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  readonly pathItem: Members;
  readonly definition: Members;
}

/** A document as its author wrote it, read without any code of ours. */
export interface RawDocument {
  readonly root: Members;
  readonly operations: readonly RawOperation[];
  /** Returns what a node stands for, through each `$ref`. */
  readonly resolve: (node: Node) => Members;
  /** Returns a document of this operation alone, with all that it refers to. */
  readonly only: (operation: RawOperation) => Members;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Reads a document; one of several files is bundled by the library that Prism uses. */
export async function readRawDocument(path: string): Promise<RawDocument> {
  const text = await readFile(path, 'utf8');
  const isJson = path.endsWith('.json');
  const isSplit = isJson ? /"\$ref"\s*:\s*"[^#"]/.test(text) : /\$ref["']?\s*:\s*["']?[^#"'\s]/.test(text);
  const read = () => (isJson ? JSON.parse(text) : parse(text, { maxAliasCount: -1, merge: true }));
  // What has a reference that leads nowhere it does not bundle.
  const root = isSplit ? await bundle(path).catch(read) : read();
  return makeRawDocument(root);
}

async function bundle(path: string): Promise<Members> {
  const require = createRequire(createRequire(import.meta.url).resolve('@stoplight/prism-http'));
  const RefParser = require('@stoplight/json-schema-ref-parser');
  return new RefParser().bundle(path);
}

export function makeRawDocument(root: Members): RawDocument {
  function resolve(node: Node): Members {
    let members = membersOf(node);
    for (let hops = 0; typeof members.$ref === 'string' && hops < 50; hops += 1)
      members = membersOf(follow(members.$ref));
    return members;
  }

  function follow(reference: string): Node {
    const keys = reference.replace(/^#\/?/, '').split('/');
    return keys.reduce((node, key) => membersOf(node)[unescapeKey(key)], root as Node);
  }

  const operations = Object.entries(membersOf(root.paths)).flatMap(([path, item]) => {
    const pathItem = resolve(item);
    const here = path.startsWith('/') ? methods.filter((method) => Object.hasOwn(pathItem, method)) : [];
    return here.map((method) => {
      return { method: method.toUpperCase(), path, pathItem, definition: membersOf(pathItem[method]) };
    });
  });

  function only({ method, path, pathItem, definition }: RawOperation): Members {
    const { openapi, info, servers, security } = root;
    const others = Object.entries(pathItem).filter(([key]) => !methods.includes(key));
    const item = { ...Object.fromEntries(others), [method.toLowerCase()]: definition };
    const slice: Record<string, Node> = { openapi, info, servers, security, paths: { [path]: item } };
    const needed = new Set<string>();
    collect(item, needed);
    for (const reference of needed) copyTarget(slice, reference, needed);
    const { securitySchemes } = membersOf(root.components);
    if (securitySchemes !== undefined) slice.components = { ...membersOf(slice.components), securitySchemes };
    return slice;
  }

  function collect(node: Node, needed: Set<string>): void {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === '$ref' && typeof value === 'string' && value.startsWith('#/')) {
        if (needed.has(value)) continue;
        needed.add(value);
        collect(follow(value), needed);
      } else collect(value, needed);
    }
  }

  /** Writes what a reference names at the same place of the slice: the whole of a component or a list, and nothing beside it. */
  function copyTarget(slice: Record<string, Node>, reference: string, needed: Set<string>): void {
    const keys = reference.slice(2).split('/').map(unescapeKey);
    const depth = keys[0] === 'components' ? Math.min(3, keys.length) : keys.length;
    let [from, to]: [Node, Record<string, Node>] = [root, slice];
    for (const [index, key] of keys.slice(0, depth).entries()) {
      const next = membersOf(from)[key];
      if (next === undefined) return;
      if (index === depth - 1 || Array.isArray(next)) {
        to[key] = next;
        collect(next, needed);
        return;
      }
      to[key] = { ...membersOf(to[key]) };
      [from, to] = [next, to[key] as Record<string, Node>];
    }
  }

  return { root, operations, resolve, only };
}

/** Returns the members of an object, or none. */
export function membersOf(node: Node): Members {
  return typeof node === 'object' && node !== null ? (node as Members) : {};
}

function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return key.replaceAll('~1', '/').replaceAll('~0', '~');
  }
}
