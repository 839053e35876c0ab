import { asObject, isJsonType, type JsonObject, partsOf, type Resolve } from '../document/lookup.js';
import type { FormPart } from './read-parts.js';

/**
 * Returns the object that the fields of a form stand for by their schema: with numbers, booleans, lists and objects where it
 * has those, as OpenAPI has them written. A list is one field for each item, and an object is JSON, unless their `encoding` has a
 * style, or `explode`. What cannot be read so stays a text, which its schema then refuses.
 */
export function toFormValue(parts: readonly FormPart[], { schema, encoding }: JsonObject, resolve: Resolve): unknown {
  const encodings = asObject(encoding);
  const shapes = shapesOf(schema, resolve);
  const spread = spreadMembers(shapes, encodings, resolve);
  const sent = parts.map((part) => ({ keys: keysOf(part.name, encodings, spread), part }));
  return readValue(sent, { shapes, encoding: {}, encodings }, resolve);
}

/** Returns what the document says of how a field is written. */
export function encodingOf(encodings: JsonObject, name: string): JsonObject {
  return asObject(Object.hasOwn(encodings, name) ? encodings[name] : undefined);
}

/** Whether a field is written as a parameter of a query is: then no media type counts. */
export function isStyled({ style, explode, allowReserved }: JsonObject): boolean {
  return style !== undefined || explode !== undefined || allowReserved !== undefined;
}

function isExploded({ style = 'form', explode }: JsonObject): boolean {
  return typeof explode === 'boolean' ? explode : style === 'form';
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

/** Returns the field of the object that a name is a member of; undefined for what stands for itself. */
type OwnerOf = (name: string) => string | undefined;

/** Each member of an object in the style `form` is a field of its own, unless its `explode` is false. */
function spreadMembers(shapes: readonly JsonObject[], encodings: JsonObject, resolve: Resolve): OwnerOf {
  const spread = Object.entries(encodings).flatMap(([name, node]): [string, JsonObject[]][] => {
    const encoding = asObject(node);
    const own = propertyOf(shapes, name, resolve);
    const isSpread = isStyled(encoding) && (encoding.style ?? 'form') === 'form' && isExploded(encoding);
    return isSpread && typesOf(own).has('object') ? [[name, own]] : [];
  });
  if (spread.length === 0) return () => undefined;
  const isNamed = (list: readonly JsonObject[], name: string): boolean =>
    list.some(({ properties }) => Object.hasOwn(asObject(properties), name));
  const isOpen = (list: readonly JsonObject[]): boolean =>
    list.some(({ additionalProperties }) => additionalProperties !== undefined && additionalProperties !== false);
  return (name) => {
    if (isNamed(shapes, name)) return undefined;
    const owner = spread.find(([, own]) => isNamed(own, name)) ?? spread.find(([, own]) => isOpen(own));
    return owner?.[0];
  };
}

/** A name with more brackets stays as it is: each of them is an object within another. */
const deepName = /^([^[]+)((?:\[[^\]]*\]){1,32})$/;

function keysOf(name: string, encodings: JsonObject, ownerOf: OwnerOf): string[] {
  const [, root = '', brackets = ''] = deepName.exec(name) ?? [];
  if (root !== '' && encodingOf(encodings, root).style === 'deepObject')
    return [root, ...[...brackets.matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key)];
  const owner = ownerOf(name);
  return owner === undefined ? [name] : [owner, name];
}

function readValue(sent: readonly SentPart[], { shapes, encoding, encodings }: Described, resolve: Resolve): unknown {
  const own = sent.filter(({ keys }) => keys.length === 0).map(({ part }) => part);
  if (own.length > 0) return readOwn(own, shapes, encoding, resolve);
  const isList = sent.length > 0 && typesOf(shapes).has('array');
  const members = groupByKey(sent, isList).map(([key, inner]): [string, unknown] => {
    const below = isList ? itemsOf(shapes, resolve) : propertyOf(shapes, key, resolve);
    return [key, readValue(inner, { shapes: below, encoding: encodingOf(encodings, key), encodings: {} }, resolve)];
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
  const isText = types.has('string') && parts.length === 1;
  if (!types.has('array')) return readMembers(last, shapes, encoding, resolve) ?? readText(last, types, encoding);
  if (isText) return readText(last, types, encoding);
  const itemTypes = typesOf(itemsOf(shapes, resolve));
  if (parts.length > 1) return parts.map((part) => readText(part, itemTypes, encoding));
  const whole = isJson(first, encoding) || !itemTypes.has('string') ? parseJson(first.text) : undefined;
  if (Array.isArray(whole)) return whole;
  const items = isExploded(encoding) ? [first] : splitText(first, encoding, !itemTypes.has('string'));
  return items.map((part) => readText(part, itemTypes, encoding));
}

/** Returns an object whose members stand in one text, each behind its name; undefined where it is none. */
function readMembers(part: FormPart, shapes: readonly JsonObject[], encoding: JsonObject, resolve: Resolve) {
  const types = typesOf(shapes);
  if (!types.has('object') || types.has('string') || !isStyled(encoding) || isExploded(encoding)) return undefined;
  if (kindsOf(parseJson(part.text)).some((kind) => types.has(kind))) return undefined;
  const texts = splitText(part, encoding, false);
  if (texts.length % 2 === 1) return undefined;
  const members = texts.flatMap((value, index): [string, unknown][] => {
    const name = texts[index - 1]?.text;
    if (index % 2 === 0 || name === undefined) return [];
    return [[name, readText(value, typesOf(propertyOf(shapes, name, resolve)), encoding)]];
  });
  return Object.fromEntries(members);
}

const separators: Readonly<Record<string, { readonly sign: string; readonly encoded: RegExp }>> = {
  form: { sign: ',', encoded: /,/ },
  spaceDelimited: { sign: ' ', encoded: /%20|\+/ },
  pipeDelimited: { sign: '|', encoded: /\|/ },
};

/** Splits a text at its separators; one that is encoded, as many write it, is one only where no value can have it. */
function splitText(part: FormPart, { style = 'form' }: JsonObject, isPlain: boolean): FormPart[] {
  const { sign, encoded } = separators[`${style}`] ?? { sign: ',', encoded: /,/ };
  const texts = isPlain || part.encoded === undefined ? part.text.split(sign) : part.encoded.split(encoded).map(decode);
  return texts.map((text) => ({ ...part, text }));
}

function decode(encoded: string): string {
  return new URLSearchParams(`=${encoded}`).get('') ?? '';
}

/** Returns the value of a text where its schema has no texts but values of this kind. */
function readText(part: FormPart, types: ReadonlySet<unknown>, encoding: JsonObject): unknown {
  const isPlain = !isJson(part, encoding);
  if (isPlain && (types.has('string') || types.size === 0)) return part.text;
  if (part.text === '' && types.has('null')) return null;
  const value = parseJson(part.text);
  const isTaken = value !== undefined && (types.size === 0 || kindsOf(value).some((kind) => types.has(kind)));
  return isTaken ? value : part.text;
}

/** Whether a text is JSON, as the part says itself, or the document of one that says nothing. */
function isJson({ mediaType }: FormPart, encoding: JsonObject): boolean {
  const documented = isStyled(encoding) ? undefined : encoding.contentType;
  const type = mediaType ?? `${documented ?? ''}`;
  // The document may name several.
  return isJsonType(type) && !type.includes(',');
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
function shapesOf(node: unknown, resolve: Resolve): JsonObject[] {
  return partsOf(node, resolve, ['allOf', 'anyOf', 'oneOf']);
}

/** Returns the types that a schema, or one that it is made of, has. */
export function typesOfSchema(node: unknown, resolve: Resolve): Set<unknown> {
  return typesOf(shapesOf(node, resolve));
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
