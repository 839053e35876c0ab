/** How long a line is at most, as the formatter of this project has it. */
const lineWidth = 120;

/** Returns a property key as TypeScript writes it: bare where it can be, quoted elsewhere. */
export function toPropertyKey(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : toLiteral(name);
}

/** Returns a JSON value as TypeScript writes it; text in the quotes that formatters choose, of which fewer need be escaped. */
export function toLiteral(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const json = JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  if (countOf("'", value) > countOf('"', value)) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function countOf(character: string, text: string): number {
  return text.includes(character) ? text.split(character).length - 1 : 0;
}

/** An expression among the values of a table, written as it stands. */
export class Expression {
  constructor(readonly code: string) {}
}

/** Returns a value as TypeScript writes it: one line where it fits after `before` characters, else one entry a line. */
export function table(value: unknown, indent: string, before: number = indent.length): string {
  if (value instanceof Expression) return value.code;
  if (typeof value !== 'object' || value === null) return toLiteral(value);
  const inner = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((item) => table(item, inner))
    : Object.entries(value).map(([key, item]) => entry(key, item, inner));
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const space = Array.isArray(value) ? '' : ' ';
  if (entries.length === 0) return `${open}${close}`;
  // Joined only where it fits: what is long would be copied once for each level that it stands in.
  const length = entries.reduce((sum, text) => sum + text.length + ', '.length, 2 * space.length);
  // A comma or semicolon follows.
  const fits = before + length < lineWidth && !entries.some((text) => text.includes('\n')) && !isListOfObjects(value);
  if (fits) return `${open}${space}${entries.join(', ')}${space}${close}`;
  return `${open}\n${entries.map((text) => `${inner}${text},\n`).join('')}${indent}${close}`;
}

/** Returns the declaration of an exported constant that a pure call makes, which bundlers leave out where it is not used. */
export function pureConstant(name: string, type: string, callee: string, args: readonly string[]): string {
  const start = `export const ${name}: ${type} =`;
  const head = `${start} /* @__PURE__ */ ${callee}(`;
  const line = `${head}${args.join(', ')});\n`;
  if (line.length <= lineWidth + 1) return line;
  if (head.length <= lineWidth) return `${head}\n${args.map((arg) => `  ${arg},\n`).join('')});\n`;
  return `${start}\n  /* @__PURE__ */ ${callee}(${args.join(', ')});\n`;
}

function entry(key: string, value: unknown, indent: string): string {
  const name = toPropertyKey(key);
  const before = indent.length + name.length + 2;
  const text = table(value, indent, before);
  const isLong = typeof value === 'string' && before + text.length >= lineWidth;
  return isLong ? `${name}:\n${indent}  ${text}` : `${name}: ${text}`;
}

/** Whether formatters write these below each other, however short they are. */
function isListOfObjects(value: object): boolean {
  return Array.isArray(value) && value.length > 1 && value.every((item) => hasSeveral(item));
}

function hasSeveral(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 1;
}
