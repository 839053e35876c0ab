import { toTypeName } from '@nexconn-kit/document/compiler';
import { Expression, table } from './literal.js';

/** A value of which larger parts stand once. */
export interface SharedParts {
  /** The value, with the name of a constant in each place of a part that stands in several. */
  readonly value: object;
  /** These parts; each stands after those that it refers to. */
  readonly parts: readonly { readonly name: string; readonly value: object }[];
}

/** A value that has no parts. */
interface Leaf {
  readonly leaf: unknown;
  /** How long it is as JSON. */
  readonly size: number;
}

/** A part that is told from all others. */
interface Part {
  readonly entries: readonly (readonly [key: string, part: Part | Leaf])[];
  readonly isList: boolean;
  /** About as long as it is as JSON. */
  readonly size: number;
  /** The keys down to its first place. */
  readonly place: Place;
  /** The places that it stands in, those within parts that are the same counted once. */
  places: number;
}

interface Place {
  readonly key: string;
  readonly above: Place | undefined;
}

/**
 * Returns a value in which no larger part is written twice: documents repeat parameters, answers, examples and whole schemas.
 * Each shared part is named after the first place that it stands in. What is shorter than `leastSize` is easier to read in place.
 */
export function shareParts(root: object, leastSize = 80): SharedParts {
  const known = new Map<string, Part>();
  const leaves = new Map<unknown, number>();
  const numbers = new Map<Part, number>();
  const top = readPart(root, { key: '', above: undefined });
  const serials = new Map<string, number>();
  const names = new Map<Part, string>();
  for (const part of numbers.keys()) {
    if (part.places > 1 && part.size >= leastSize) names.set(part, nameOf(part.place));
  }
  return { value: write(top), parts: [...names].map(([part, name]) => ({ name, value: write(part) })) };

  function read(value: unknown, place: Place): Part | Leaf {
    if (value instanceof Expression) return { leaf: value, size: value.code.length };
    if (typeof value !== 'object' || value === null) return { leaf: value, size: JSON.stringify(value).length };
    return readPart(value, place);
  }

  /** Returns what tells a value from all others: long texts are kept once, and not in each part that they stand in. */
  function idOf(item: Part | Leaf): string {
    if (!('leaf' in item)) return `#${numbers.get(item)}`;
    const { leaf } = item;
    const value = leaf instanceof Expression ? `Expression ${leaf.code}` : leaf;
    const serial = leaves.get(value) ?? leaves.size;
    leaves.set(value, serial);
    return `${leaf instanceof Expression ? '=' : ''}${serial}`;
  }

  function readPart(value: object, place: Place): Part {
    const isList = Array.isArray(value);
    const entries = Object.entries(value).map(([key, item]): readonly [string, Part | Leaf] => {
      return [key, read(item, { key, above: place })];
    });
    const texts = entries.map(([key, item]) => {
      return `${isList ? '' : JSON.stringify(key)}:${idOf(item)}`;
    });
    const id = `${isList ? '[' : '{'}${texts.join(',')}`;
    const same = known.get(id);
    if (same !== undefined) return same;
    const size = entries.reduce((sum, [key, item]) => sum + key.length + 4 + item.size, 2);
    const part: Part = { entries, isList, size, place, places: 0 };
    for (const [, item] of entries) if (!('leaf' in item)) item.places += 1;
    known.set(id, part);
    numbers.set(part, numbers.size);
    return part;
  }

  function nameOf({ key, above }: Place): string {
    const words = toTypeName(`${above?.key ?? ''} ${key}`);
    const base = `${words.charAt(0).toLowerCase()}${words.slice(1)}Part`;
    const serial = (serials.get(base) ?? 0) + 1;
    serials.set(base, serial);
    return serial === 1 ? base : `${base}${serial}`;
  }

  function write({ entries, isList }: Part): object {
    const items = entries.map(([key, item]) => [key, 'leaf' in item ? item.leaf : place(item)] as const);
    return isList ? items.map(([, item]) => item) : Object.fromEntries(items);
  }

  function place(part: Part): object {
    const name = names.get(part);
    return name === undefined ? write(part) : new Expression(name);
  }
}

/** Returns the declarations of shared parts, an empty line after each; by default as what they are and not as their types. */
export function declareParts({ parts }: SharedParts, end = ' as const'): string {
  return parts
    .map(({ name, value }) => {
      const start = `const ${name} = `;
      return `${start}${table(value, '', start.length + end.length)}${end};\n\n`;
    })
    .join('');
}
