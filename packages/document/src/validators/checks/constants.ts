import type { Json } from '../../json/types.js';
import { flagsOf } from '../keywords.js';
import { literal } from './code-text.js';
import { formatPatterns } from './format-patterns.js';

/** What the functions share: regular expressions, values and shapes, each once. */
export interface Constants {
  /** Returns the call that tests a text by a regular expression. */
  readonly matches: (pattern: string, text: string) => string;
  /** Returns the call that tests a text by a format. */
  readonly hasFormat: (format: string, text: string) => string;
  /** Returns a list of values, and the condition that a value is none of them. */
  readonly noneOf: (values: readonly Json[], value: string) => [list: string, condition: string];
  /** Returns the condition that a key is one of these. */
  readonly isAmong: (names: readonly string[], key: string) => string;
  /** Returns the name of the shapes of a choice. */
  readonly shapes: (entries: readonly string[]) => string;
  /** Returns the declarations of those that stand in these functions or in each other, with types or without. */
  readonly declarations: (functions: readonly string[], isTyped: boolean) => string;
}

/** Creates an empty collection. */
export function createConstants(): Constants {
  const known = new Map<string, { name: string; type: string }>();

  function define(text: string, prefix: string, type = ''): string {
    const name = known.get(text)?.name ?? `${prefix}${known.size}`;
    known.set(text, { name, type });
    return name;
  }

  function expression(pattern: string, flags: string): string {
    const rest = flags === '' ? '' : `, '${flags}'`;
    return define(`/* @__PURE__ */ new RegExp(${literal(pattern)}${rest})`, 'pattern');
  }

  return {
    matches: (pattern, text) => `${expression(pattern, flagsOf(pattern))}.test(${text})`,
    hasFormat(format, text) {
      const pattern = formatPatterns[format];
      if (pattern === undefined) return `formats[${literal(format)}](${text})`;
      return `${expression(pattern, format === 'duration' ? '' : 'i')}.test(${text})`;
    },
    noneOf(values, value) {
      const isPlain = values.every((each) => typeof each !== 'object' || each === null);
      const text = literal([...values]);
      if (values.length === 1 && isPlain) return [text, `${value} !== ${literal(values[0] ?? null)}`];
      const list = define(text, 'values', 'readonly unknown[]');
      return [list, isPlain ? `!${list}.includes(${value})` : `!isOneOf(${value}, ${list})`];
    },
    isAmong(names, key) {
      if (names.length < 3) return names.map((name) => `${key} === ${literal(name)}`).join(' || ');
      return `${define(`/* @__PURE__ */ new Set([${names.map(literal).join(', ')}])`, 'names')}.has(${key})`;
    },
    shapes: (entries) => define(`{ ${entries.join(', ')} }`, 'shapes', 'Alternatives'),
    declarations(functions, isTyped) {
      const used = new Set([...functions, ...known.keys()].flatMap((text) => text.match(/[A-Za-z_$][\w$]*/g) ?? []));
      const lines = [...known].map(([text, { name, type }]) => {
        if (!used.has(name)) return '';
        return `const ${name}${isTyped && type !== '' ? `: ${type}` : ''} = ${text};\n`;
      });
      return lines.join('');
    },
  };
}
