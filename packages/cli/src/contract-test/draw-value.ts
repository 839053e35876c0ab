import { asArray, asObject, dereference, isObject, type JsonObject, type Schema } from '@nexconn-kit/document/compiler';
import fc from 'fast-check';

type Draw = fc.Arbitrary<unknown>;

/** Where a value goes: what stands in a URL or a header has other characters than a body. */
export type ValuePlace = 'path' | 'query' | 'header' | 'cookie' | 'body';

/** How deep objects and lists are nested before what may be left out is. */
const usualDepth = 3;
/** Where a schema demands itself, no value is deep enough. */
const deepest = -8;

/** Returns a schema with its `$ref` and `allOf` merged into it. */
export function merged(schema: unknown, bundle: JsonObject, depth = 8): JsonObject {
  const { allOf, $ref, ...own } = asObject(schema as JsonObject);
  const parts = [...($ref === undefined ? [] : [dereference(bundle, { $ref })]), ...asArray(allOf)];
  if (parts.length === 0 || depth === 0) return own;
  const all = [...parts.map((part) => merged(part, bundle, depth - 1)), own];
  const properties = all.flatMap((each) => Object.entries(asObject(each.properties)));
  const required = all.flatMap((each) => asArray(each.required));
  return Object.assign({}, ...all, {
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(required.length > 0 && { required }),
  });
}

/** Returns the JSON types that a merged schema allows; empty where it does not say. */
export function typesOf(node: JsonObject): string[] {
  if (node.type !== undefined) return (Array.isArray(node.type) ? node.type : [node.type]).map(String);
  if (node.properties !== undefined) return ['object'];
  return node.items === undefined ? [] : ['array'];
}

/** Draws values of a schema, nearly all of them valid: whoever sends one asks the validator before. */
export function drawValue(schema: unknown, bundle: JsonObject, place: ValuePlace, depth = usualDepth): Draw {
  const node = merged(schema, bundle);
  if (node.const !== undefined) return fc.constant(node.const);
  if (Array.isArray(node.enum)) return fc.constantFrom(...node.enum);
  const shown = [node.example, node.default, ...asArray(node.examples)].filter((value) => value !== undefined);
  const drawn = drawUnshown(node, bundle, place, depth);
  return shown.length === 0 ? drawn : fc.oneof({ arbitrary: drawn, weight: 3 }, fc.constantFrom(...shown));
}

function drawUnshown(node: JsonObject, bundle: JsonObject, place: ValuePlace, depth: number): Draw {
  if (depth < deepest) return fc.constant(null);
  const { oneOf, anyOf, ...rest } = node;
  const choices = [...asArray(oneOf), ...asArray(anyOf)];
  if (choices.length > 0) {
    // What stands beside the alternatives holds for each of them.
    const whole = choices.map((choice) => drawValue({ allOf: [rest, choice] }, bundle, place, depth - 1));
    return fc.oneof(...whole);
  }
  const types = typesOf(node);
  if (types.length === 0) return place === 'body' ? fc.jsonValue({ maxDepth: 1 }) : drawText({}, place);
  return fc.oneof(...types.map((type) => drawType(type, node, bundle, place, depth)));
}

function drawType(type: string, node: JsonObject, bundle: JsonObject, place: ValuePlace, depth: number): Draw {
  switch (type) {
    case 'object':
      return drawObject(node, bundle, place, depth);
    case 'array':
      return drawList(node, bundle, place, depth);
    case 'string':
      return drawText(node, place);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return drawNumber(node, type === 'integer');
  }
}

function drawObject(node: JsonObject, bundle: JsonObject, place: ValuePlace, depth: number): Draw {
  const required = asArray(node.required).map(String);
  // What only an answer has is no part of a request.
  const all = Object.entries(asObject(node.properties)).filter(
    ([, property]) => merged(property, bundle).readOnly !== true,
  );
  const optional = all.map(([name]) => name).filter((name) => !required.includes(name));
  const others = drawOthers(node, bundle, place, depth);
  const lacking = others ? 0 : Math.max(0, (numberOf(node.minProperties) ?? 0) - required.length);
  const kept = depth > 0 ? optional : optional.slice(0, lacking);
  const properties = all.filter(([name]) => kept.includes(name) || required.includes(name));
  const model = Object.fromEntries(
    properties.map(([name, property]) => [name, drawValue(property, bundle, place, depth - 1)]),
  );
  const present = required.filter((name) => Object.hasOwn(model, name));
  const records = turnsOf(kept, lacking).map((more) => fc.record(model, { requiredKeys: [...present, ...more] }));
  const known = fc.oneof(...records);
  return others ? fc.tuple(others, known).map((both) => Object.assign({}, ...both)) : known;
}

/** Returns choices of so many of these names, of which each name is in one. */
function turnsOf(names: readonly string[], count: number): string[][] {
  if (count === 0 || names.length === 0) return [[]];
  return names.map((_, at) => [...names.slice(at), ...names.slice(0, at)].slice(0, count));
}

/** Draws properties that have no names in the schema; undefined where it describes none, and demands none. */
function drawOthers(node: JsonObject, bundle: JsonObject, place: ValuePlace, depth: number): Draw | undefined {
  const { additionalProperties, minProperties, patternProperties, propertyNames } = node;
  const minKeys = Math.max(0, (numberOf(minProperties) ?? 0) - asArray(node.required).length);
  const isOpen = additionalProperties !== false && node.unevaluatedProperties !== false;
  const [[pattern = '', ofPattern] = []] = Object.entries(asObject(patternProperties));
  const schema = isObject(additionalProperties)
    ? additionalProperties
    : (ofPattern ?? (isOpen && minKeys > 0 ? true : undefined));
  if (schema === undefined || (depth <= 0 && minKeys === 0)) return undefined;
  const names = schema === ofPattern ? { pattern } : merged(propertyNames ?? {}, bundle);
  const key = drawKey(names, place);
  return fc.dictionary(key, drawValue(schema, bundle, place, depth - 1), { minKeys, maxKeys: Math.max(minKeys, 2) });
}

function drawKey(names: JsonObject, place: ValuePlace): fc.Arbitrary<string> {
  const isAny = Object.keys(names).length === 0;
  return isAny ? fc.stringMatching(/^[a-z]{3,8}$/) : drawValue({ type: 'string', ...names }, {}, place).map(String);
}

function drawList(node: JsonObject, bundle: JsonObject, place: ValuePlace, depth: number): Draw {
  const { prefixItems } = node;
  if (Array.isArray(prefixItems))
    return fc.tuple(...prefixItems.map((each) => drawValue(each, bundle, place, depth - 1)));
  const least = numberOf(node.minItems) ?? 0;
  // An empty list leaves a parameter out.
  const minLength = place === 'body' ? least : Math.max(least, 1);
  const maxLength = Math.max(minLength, Math.min(numberOf(node.maxItems) ?? 4, depth > 0 ? 4 : 0));
  const item = drawValue((node.items ?? true) as Schema, bundle, place, depth - 1);
  const limits = { minLength, maxLength };
  return node.uniqueItems === true
    ? fc.uniqueArray(item, { ...limits, selector: (value) => JSON.stringify(value) })
    : fc.array(item, limits);
}

function drawNumber(node: JsonObject, isInteger: boolean): Draw {
  const { format } = node;
  const most = format === 'int32' ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER;
  const step = numberOf(node.multipleOf) ?? 1;
  const exclusive = isInteger || node.multipleOf !== undefined ? step : 1e-3;
  const min = numberOf(node.minimum) ?? addTo(node.exclusiveMinimum, exclusive) ?? -most;
  const max = numberOf(node.maximum) ?? addTo(node.exclusiveMaximum, -exclusive) ?? most;
  const [first, last] = [Math.ceil(min / step), Math.floor(max / step)];
  const whole = first > last ? fc.constant(min) : fc.integer({ min: first, max: last }).map((count) => count * step);
  if (isInteger || node.multipleOf !== undefined || min > max) return whole;
  return fc.oneof(whole, fc.double({ min, max, noNaN: true, noDefaultInfinity: true }));
}

function addTo(value: unknown, change: number): number | undefined {
  return typeof value === 'number' ? value + change : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

const date = fc.date({
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('2099-12-31T00:00:00Z'),
  noInvalidDate: true,
});
const iso = (from: number, to?: number) => date.map((drawn) => drawn.toISOString().slice(from, to));

/** What is drawn for each format; others are texts like those without one. */
const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  date: iso(0, 10),
  'date-time': iso(0),
  time: iso(11),
  duration: fc.integer({ min: 1, max: 999 }).map((count) => `P${count}D`),
  uuid: fc.uuid(),
  email: fc.stringMatching(/^[a-z]{1,8}$/).map((name) => `${name}@example.com`),
  hostname: fc.domain(),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  uri: fc.webUrl(),
  url: fc.webUrl(),
  'uri-reference': fc.stringMatching(/^\/[a-z]{0,8}$/),
  'json-pointer': fc.stringMatching(/^(\/[a-z]{1,4}){0,3}$/),
  regex: fc.constantFrom('^a+$', '[0-9]', ''),
  byte: fc.base64String(),
};

const plain = 'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-';
/** Some of each kind that something goes wrong with: a set of all characters takes long to draw from. */
const any = fc.constantFrom(
  ...plain,
  ...' .,;:!?/+*#%&=@$~"\'`<>()[]{}|^\\',
  'é',
  'ß',
  'ж',
  '中',
  'あ',
  'ع',
  '😀',
  '👩‍🚀',
);
const unreserved = fc.constantFrom(...plain);
const visible = fc.constantFrom(...plain, ...'./;=');

const units: Readonly<Record<ValuePlace, fc.Arbitrary<string>>> = {
  ...{ path: unreserved, query: any, header: visible, cookie: unreserved, body: any },
};

function drawText(node: JsonObject, place: ValuePlace): Draw {
  const format = Object.hasOwn(formats, String(node.format)) ? formats[String(node.format)] : undefined;
  if (format) return format;
  const least = numberOf(node.minLength) ?? 0;
  const minLength = place === 'body' ? least : Math.max(least, 1);
  const bytes = numberOf(node['x-max-bytes']) ?? Number.POSITIVE_INFINITY;
  const maxLength = Math.max(minLength, Math.min(numberOf(node.maxLength) ?? 64, bytes));
  const matching = typeof node.pattern === 'string' ? matchingOf(node.pattern, maxLength) : undefined;
  if (matching) return matching;
  const usual = fc.string({
    unit: units[place],
    minLength,
    maxLength: Math.min(maxLength, minLength + 64),
  });
  // The limits themselves come more often than other lengths.
  const edges = fc.integer({ min: minLength, max: Math.min(maxLength, minLength + 4096) });
  return fc.oneof(
    { arbitrary: usual, weight: 3 },
    edges.map((length) => 'a'.repeat(length)),
  );
}

/** Returns texts of a pattern; undefined for one that nothing can be drawn of, such as one that looks behind. */
function matchingOf(pattern: string, maxLength: number): Draw | undefined {
  try {
    const drawn = fc.stringMatching(new RegExp(pattern, 'u'), { maxLength });
    fc.sample(drawn, { numRuns: 1, seed: 1 });
    return drawn;
  } catch {
    return undefined;
  }
}
