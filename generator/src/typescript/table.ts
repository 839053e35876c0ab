import { toLiteral, toPropertyKey } from './literal.js';

/** A value as TypeScript writes it: one line where it fits, else one entry a line. */
export function table(value: unknown, indent: string): string {
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
