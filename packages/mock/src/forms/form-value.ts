import { asObject, type JsonObject, type Resolve } from '../document/lookup.js';
import type { FormPart } from './read-parts.js';

/**
 * Returns the object that the fields of a form stand for by their schema: with numbers, booleans, lists and objects where it
 * has those, as OpenAPI has them written. A list is one field for each item, unless its `explode` is false; an object is JSON,
 * or has the style `deepObject`. What cannot be read so stays a text, which its schema then refuses.
 */
export function toFormValue(parts: readonly FormPart[], { schema, encoding }: JsonObject, resolve: Resolve): unknown {
  const encodings = asObject(encoding);
  const isDeep = (name: string): boolean => asObject(encodings[name]).style === 'deepObject';
  const sent = parts.map((part) => ({ keys: keysOf(part.name, isDeep), part }));
  return readValue(sent, { shapes: shapesOf(schema, resolve), encoding: {}, encodings }, resolve);
}

/** A part, and the keys that lead to where it stands. */
interface SentPart {
  readonly keys: readonly string[];
  readonly part: FormPart;
}

/** What a document says of a value, and of the members that it has. */
interface Described {
  readonly shapes: readonly JsonObject[];
  readonly encoding: JsonObject;
  readonly encodings: JsonObject;
}

/** A name with more brackets stays as it is: each of them is an object within another. */
const deepName = /^([^[]+)((?:\[[^\]]*\]){1,32})$/;

function keysOf(name: string, isDeep: (name: string) => boolean): string[] {
  const [, root = '', brackets = ''] = deepName.exec(name) ?? [];
  if (!isDeep(root)) return [name];
  return [root, ...[...brackets.matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key)];
}

function readValue(sent: readonly SentPart[], { shapes, encoding, encodings }: Described, resolve: Resolve): unknown {
  const own = sent.filter(({ keys }) => keys.length === 0).map(({ part }) => part);
  if (own.length > 0) return readOwn(own, shapes, encoding, resolve);
  const isList = sent.length > 0 && typesOf(shapes).has('array');
  const members = groupByKey(sent, isList).map(([key, inner]): [string, unknown] => {
    const below = isList ? itemsOf(shapes, resolve) : propertyOf(shapes, key, resolve);
    return [key, readValue(inner, { shapes: below, encoding: asObject(encodings[key]), encodings: {} }, resolve)];
  });
  return isList ? members.map(([, value]) => value) : Object.fromEntries(members);
}

/** Groups parts by their first key, which none has any more then; `a[]` is another item of a list each time. */
function groupByKey(sent: readonly SentPart[], isList: boolean): [key: string, inner: SentPart[]][] {
  const groups: [string, SentPart[]][] = [];
  // A form may have as many names as its body has room for.
  const byKey = new Map<string, SentPart[]>();
  for (const { keys, part } of sent) {
    const [key = '', ...rest] = keys;
    const known = isList && key === '' ? undefined : byKey.get(key);
    const group = known ?? [];
    group.push({ keys: rest, part });
    if (known) continue;
    groups.push([key, group]);
    byKey.set(key, group);
  }
  return groups;
}

/** Of several for what is no list the last one counts. */
function readOwn(parts: readonly FormPart[], shapes: readonly JsonObject[], encoding: JsonObject, resolve: Resolve) {
  const types = typesOf(shapes);
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) return undefined;
  if (!types.has('array') || (types.has('string') && parts.length === 1)) return readText(last, types);
  const itemTypes = typesOf(itemsOf(shapes, resolve));
  if (parts.length > 1) return parts.map((part) => readText(part, itemTypes));
  const whole = isJson(first) || !itemTypes.has('string') ? parseJson(first.text) : undefined;
  return Array.isArray(whole) ? whole : splitList(first, encoding).map((part) => readText(part, itemTypes));
}

const separators: Readonly<Record<string, string>> = { spaceDelimited: ' ', pipeDelimited: '|' };

function splitList(part: FormPart, { style, explode }: JsonObject): FormPart[] {
  const separator = separators[`${style}`] ?? ',';
  const isExploded = explode ?? (style === undefined || style === 'form');
  return isExploded ? [part] : part.text.split(separator).map((text) => ({ ...part, text }));
}

/** Returns the value of a text where its schema has no texts but values of this kind. */
function readText(part: FormPart, types: ReadonlySet<unknown>): unknown {
  if (types.has('string') || (types.size === 0 && !isJson(part))) return part.text;
  if (part.text === '' && types.has('null')) return null;
  const value = parseJson(part.text);
  const isTaken = value !== undefined && (types.size === 0 || kindsOf(value).some((kind) => types.has(kind)));
  return isTaken ? value : part.text;
}

function isJson({ mediaType }: FormPart): boolean {
  return /[/+]json$/.test(mediaType ?? '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the types of JSON Schema that a value is of. */
function kindsOf(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return typeof value === 'number' && Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

/** Returns a schema and those that it is made of, each of which may say something of the value. */
function shapesOf(node: unknown, resolve: Resolve, around: readonly unknown[] = []): JsonObject[] {
  const schema = resolve(node);
  if (around.includes(schema)) return [];
  const inner = [schema.allOf, schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [schema, ...inner.flatMap((each) => shapesOf(each, resolve, [...around, schema]))];
}

function propertyOf(shapes: readonly JsonObject[], name: string, resolve: Resolve): JsonObject[] {
  return shapes.flatMap(({ properties, additionalProperties }) => {
    const named = asObject(properties);
    return shapesOf(Object.hasOwn(named, name) ? named[name] : additionalProperties, resolve);
  });
}

function itemsOf(shapes: readonly JsonObject[], resolve: Resolve): JsonObject[] {
  return shapes.flatMap(({ items }) => shapesOf(items, resolve));
}

function typesOf(shapes: readonly JsonObject[]): Set<unknown> {
  return new Set(
    shapes.flatMap(({ type, enum: listed, const: only, properties, items }) => {
      if (type !== undefined) return [type].flat();
      if (Array.isArray(listed)) return listed.flatMap(kindsOf);
      if (only !== undefined) return kindsOf(only);
      return [...(properties === undefined ? [] : ['object']), ...(items === undefined ? [] : ['array'])];
    }),
  );
}
