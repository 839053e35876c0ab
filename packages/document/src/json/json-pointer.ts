import type { Json } from './types.js';

/** Returns the pointer with these keys after it. */
export function appendPointer(pointer: string, ...keys: (string | number)[]): string {
  let whole = pointer;
  for (const key of keys) whole += `/${escapeKey(String(key))}`;
  return whole;
}

/** Returns the keys of a pointer: `['a', 'b/c']` for `#/a/b~1c`. */
export function splitPointer(pointer: string): string[] {
  const path = pointer.replace(/^#/, '');
  if (path === '') return [];
  // What begins with a name is an anchor and no pointer: a key that no document has.
  if (!path.startsWith('/')) return [`#${path}`];
  const keys = path.slice(1).split('/');
  // Few are escaped, and a large document has many.
  return /[~%]/.test(path) ? keys.map(unescapeKey) : keys;
}

/** Returns what a pointer leads to, or undefined where there is nothing. */
export function readPointer(root: Json, pointer: string): Json | undefined {
  return readKeys(root, splitPointer(pointer));
}

/** Returns what the keys lead to, one within the other, or undefined where there is nothing. */
export function readKeys(root: Json, keys: readonly string[]): Json | undefined {
  let node: Json | undefined = root;
  for (const key of keys) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = Array.isArray(node) ? node[Number(key)] : node[key];
  }
  return node;
}

function escapeKey(key: string): string {
  // Few have any of them, and a large document has a hundred thousand.
  if (!/[~/%]/.test(key)) return key;
  return key.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('%', '%25');
}

function unescapeKey(key: string): string {
  return decode(key).replaceAll('~1', '/').replaceAll('~0', '~');
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
