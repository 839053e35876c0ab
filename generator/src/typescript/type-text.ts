import { isObject } from '@nexconn-kit/document/compiler';
import { toLiteral, toPropertyKey } from './literal.js';

/** Returns the type that has one value alone. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (!isObject(value)) return toLiteral(value);
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${toPropertyKey(key)}: ${literal(member)}`)
    .join('; ')} }`;
}

/** Returns the type of what is one of several. */
export function union(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  if (distinct.includes('unknown')) return 'unknown';
  const some = distinct.filter((type) => type !== 'never');
  return some.length === 0 ? 'never' : some.join(' | ');
}

/** Returns a type in brackets where it has `|` or `&` outside of every bracket. */
export function group(type: string): string {
  let depth = 0;
  for (const character of type) {
    if ('{[('.includes(character)) depth++;
    else if ('}])'.includes(character)) depth--;
    else if (depth === 0 && (character === '|' || character === '&')) return `(${type})`;
  }
  return type;
}
