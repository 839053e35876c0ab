import type { Json } from './types.js';

/** Appends keys to a JSON pointer, escaping `~` and `/`. */
export function appendPointer(pointer: string, ...keys: (string | number)[]): string {
  return [pointer, ...keys.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

/** Splits `#/a/b~1c` into `['a', 'b/c']`. */
export function splitPointer(pointer: string): string[] {
  const path = pointer.replace(/^#/, '');
  if (path === '') return [];
  return path.slice(1).split('/').map(unescapeKey);
}

/** Reads what a pointer names, or undefined where there is nothing. */
export function readPointer(root: Json, pointer: string): Json | undefined {
  let node: Json | undefined = root;
  for (const key of splitPointer(pointer)) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = Array.isArray(node) ? node[Number(key)] : node[key];
  }
  return node;
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
