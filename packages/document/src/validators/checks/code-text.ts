import { isObject } from '../../json/references.js';
import type { Json } from '../../json/types.js';

/** Lines of code, indented from where they stand. */
export type Lines = string[];

/** Returns lines between braces. */
export function block(head: string, lines: readonly string[], end = '}'): Lines {
  return [head, ...lines.map((line) => `  ${line}`), end];
}

/** Returns an `if` with what stands in its branches; nothing where they are empty. */
export function choice(condition: string, then: readonly string[], otherwise: readonly string[]): Lines {
  if (otherwise.length === 0) return then.length === 0 ? [] : block(`if (${condition}) {`, then);
  if (then.length === 0) return block(`if (!${condition}) {`, otherwise);
  return [...block(`if (${condition}) {`, then, '} else {'), ...block('', otherwise).slice(1)];
}

/** Returns a JSON value as JavaScript writes it; text in single quotes. */
export function literal(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${propertyKey(key)}: ${literal(item)}`);
  return `{ ${entries.join(', ')} }`;
}

function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** Returns a key of an object literal; in brackets where it would set the prototype. */
export function propertyKey(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return isIdentifier(name) ? name : literal(name);
}

/** Returns what reads a field, after the object. */
export function access(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${literal(name)}]`;
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}

/** Returns a sum of expressions, those that are literals as one where they meet. */
export function sum(parts: readonly string[]): string {
  return parts.join(' + ').replaceAll(/(?<!\\)' \+ '/g, '');
}

const typeChecks: Readonly<Record<string, (value: string) => string>> = {
  string: (value) => `typeof ${value} === 'string'`,
  number: (value) => `Number.isFinite(${value})`,
  integer: (value) => `Number.isInteger(${value})`,
  boolean: (value) => `typeof ${value} === 'boolean'`,
  null: (value) => `${value} === null`,
  array: (value) => `Array.isArray(${value})`,
  object: (value) => `isObject(${value})`,
};

/** Returns the condition that a value is of one of these types. */
export function isOfType(types: readonly string[], value: string): string {
  return types.map((type) => typeChecks[type]?.(value)).join(' || ') || 'false';
}

/** Returns the condition that it is of none. */
export function isOfOther(types: readonly string[], value: string): string {
  const condition = isOfType(types, value);
  if (types.length > 1) return `!(${condition})`;
  return condition.includes(' === ') ? condition.replace(' === ', ' !== ') : `!${condition}`;
}
