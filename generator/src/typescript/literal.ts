/** Returns a property key as TypeScript writes it: bare where it can be, quoted elsewhere. */
export function toPropertyKey(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : toLiteral(name);
}

/** Returns a JSON value as TypeScript writes it; text in single quotes. */
export function toLiteral(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** An expression among the values of a table, written as it stands. */
export class Expression {
  constructor(readonly code: string) {}
}

/** Returns a value as TypeScript writes it: one line where it fits, else one entry a line. */
export function table(value: unknown, indent: string): string {
  if (value instanceof Expression) return value.code;
  if (typeof value !== 'object' || value === null) return toLiteral(value);
  const entries = Array.isArray(value)
    ? value.map((item) => table(item, `${indent}  `))
    : Object.entries(value).map(([key, item]) => `${toPropertyKey(key)}: ${table(item, `${indent}  `)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const space = Array.isArray(value) ? '' : ' ';
  const line = entries.length === 0 ? `${open}${close}` : `${open}${space}${entries.join(', ')}${space}${close}`;
  if (line.length + indent.length <= 100 && !line.includes('\n')) return line;
  return `${open}\n${entries.map((entry) => `${indent}  ${entry},\n`).join('')}${indent}${close}`;
}
