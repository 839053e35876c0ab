import { appendPointer, readPointer } from '../json/json-pointer.js';
import { asArray, asObject, isObject } from '../json/references.js';
import type { Json, JsonObject, Schema } from '../json/types.js';

/**
 * How a schema is read: `exact` with every rule; `open` as the schema of what a newer service may send, in which more
 * fields are allowed; `loose` where open schemas are alternatives, among which a long text does not decide either.
 */
type Reading = 'exact' | 'open' | 'loose';

/** The schemas of one kind of value, each free of annotations and compiled on its own. */
export interface PreparedSchemas {
  /** By name; a `$ref` in them is such a name. */
  readonly schemas: ReadonlyMap<string, JsonObject>;
  /** Where in the bundled document each of them comes from, by the same name. */
  readonly origins: ReadonlyMap<string, string>;
  /** Returns the name of a schema at a place of the bundled document, and prepares it with all that it refers to. */
  readonly add: (schema: Schema, pointer: string) => string;
}

/** Formats that are checked; every other is an annotation, as JSON Schema 2020-12 has it. */
export const checkedFormats: readonly string[] = [
  ...['date', 'time', 'date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
  ...['uri', 'uri-reference', 'uri-template', 'json-pointer', 'relative-json-pointer'],
];

const schemaMaps = ['properties', 'patternProperties', 'dependentSchemas'];
const schemaLists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const schemaKeys = [
  ...['items', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else', 'contains'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
];
/** Every other keyword is an annotation, or none of JSON Schema: it asks nothing of a value. */
const plainKeys = [
  ...['type', 'enum', 'const', 'pattern', 'format', 'minLength', 'maxLength', 'x-max-bytes', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'required', 'dependentRequired', '$dynamicRef'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains', 'minProperties', 'maxProperties'],
];

const closing = ['additionalProperties', 'unevaluatedProperties'];
const textLimits = ['maxLength', 'x-max-bytes'];

/** Creates an empty collection of the schemas of a bundled document, read in one way. */
export function prepareSchemas(bundle: JsonObject, reading: 'exact' | 'open'): PreparedSchemas {
  const names = new Map<string, string>();
  const schemas = new Map<string, JsonObject>();
  const origins = new Map<string, string>();

  function define(key: string, schema: Schema, pointer: string, as: Reading): string {
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `s${names.size}`;
    names.set(key, name);
    origins.set(name, pointer);
    schemas.set(name, asJsonObject(prepare(schema, as)));
    return name;
  }

  function defineReferenced(reference: string, as: Reading): string {
    return define(`${as} ${reference}`, (readPointer(bundle, reference) ?? true) as Schema, reference, as);
  }

  function prepare(schema: Schema, as: Reading): Schema {
    if (!isObject(schema)) return schema;
    const result: JsonObject = {};
    for (const [key, value] of Object.entries(schema)) {
      if (key === '$ref') result.$ref = defineReferenced(String(value), as);
      else if (isAsked(key, value, as)) result[keyIn(key, as)] = prepareKeyword(key, value, as);
    }
    // Both may stand there already.
    if (as !== 'exact' && schema.anyOf && schema.oneOf) {
      const { anyOf, ...rest } = result;
      const given = asArray(schema.anyOf).map((member) => prepare(member as Schema, 'loose'));
      return { ...rest, allOf: [...asArray(rest.allOf), { anyOf: given }, { anyOf: anyOf as Json }] };
    }
    return result;
  }

  function prepareKeyword(key: string, value: Json, outer: Reading): Json {
    const as = readingBelow(key, outer);
    if (schemaMaps.includes(key)) {
      const members = Object.entries(asObject(value));
      return Object.fromEntries(members.map(([name, member]) => [name, prepare(member as Schema, as)]));
    }
    if (schemaLists.includes(key)) return asArray(value).map((member) => prepare(member as Schema, as));
    return schemaKeys.includes(key) ? prepare(value as Schema, as) : value;
  }

  function add(schema: Schema, pointer: string): string {
    const only = isObject(schema) && Object.keys(schema).length === 1 ? schema.$ref : undefined;
    return typeof only === 'string' ? defineReferenced(only, reading) : define(pointer, schema, pointer, reading);
  }

  return { schemas, origins, add };
}

function isAsked(key: string, value: Json, as: Reading): boolean {
  if (key === 'format') return checkedFormats.includes(String(value));
  if (as !== 'exact' && value === false && closing.includes(key)) return false;
  if (as === 'loose' && textLimits.includes(key)) return false;
  return [schemaMaps, schemaLists, schemaKeys, plainKeys].some((keys) => keys.includes(key));
}

/** Of schemas that are read openly, several may fit where one was meant. */
function keyIn(key: string, as: Reading): string {
  return key === 'oneOf' && as !== 'exact' ? 'anyOf' : key;
}

function readingBelow(key: string, as: Reading): Reading {
  if (as === 'exact' || key === 'not' || key === 'if') return 'exact';
  return key === 'oneOf' || key === 'anyOf' || key === 'contains' ? 'loose' : as;
}

function asJsonObject(schema: Schema): JsonObject {
  return isObject(schema) ? schema : schema ? {} : { not: {} };
}

/** Returns the place of every regular expression in a schema that is none. */
export function findBadPatterns(schema: Json, pointer: string): { pointer: string; message: string }[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const here = appendPointer(pointer, key);
    if (key === 'enum' || key === 'const') return [];
    if (key === 'pattern') return badPattern(here, value);
    const names = key === 'patternProperties' ? Object.keys(asObject(value)) : [];
    const bad = names.flatMap((name) => badPattern(appendPointer(here, name), name));
    return [...bad, ...findBadPatterns(value, here)];
  });
}

function badPattern(pointer: string, pattern: Json): { pointer: string; message: string }[] {
  if (typeof pattern !== 'string') return [];
  try {
    new RegExp(pattern, 'u');
    return [];
  } catch (error) {
    return [{ pointer, message: (error as Error).message }];
  }
}
