import type { Json } from './types.js';

/** How a language writes the values of JSON. */
export interface LiteralSyntax {
  text(value: string): string;
  object: { open: string; close: string; empty: string; entry(key: string, value: string): string };
  list: { open: string; close: string };
  words: { true: string; false: string; null: string };
  indent: string;
}

/** Returns a value of JSON as a language writes it, an entry a line, from an indentation on. */
export function literal(value: Json, syntax: LiteralSyntax, indent = ''): string {
  const inner = indent + syntax.indent;
  if (typeof value === 'string') return syntax.text(value);
  if (typeof value === 'number') return `${value}`;
  if (typeof value === 'boolean' || value === null) return syntax.words[`${value}`];
  const lines = (entries: string[], { open, close }: { open: string; close: string }): string =>
    [open, ...entries.map((entry) => `${inner}${entry},`), `${indent}${close}`].join('\n');
  if (Array.isArray(value)) {
    if (value.length === 0) return `${syntax.list.open}${syntax.list.close}`;
    return lines(
      value.map((item) => literal(item, syntax, inner)),
      syntax.list,
    );
  }
  const entries = Object.entries(value).map(([key, item]) => syntax.object.entry(key, literal(item, syntax, inner)));
  return entries.length === 0 ? syntax.object.empty : lines(entries, syntax.object);
}

/** Returns a text in double quotes, with the escapes that JSON shares with most languages. */
export function doubleQuoted(value: string): string {
  return JSON.stringify(value);
}

/** Returns a text in single quotes, with the escapes of JavaScript. */
export function singleQuoted(value: string): string {
  return `'${doubleQuoted(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
