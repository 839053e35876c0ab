import { readPointer } from '../json/json-pointer.js';
import { asArray, asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject, Schema } from '../json/types.js';

/** Keyword location inside one schema → the limit that stands there; a location that ends in `/$ref` → a table. */
export type LimitTable = Record<string, string | number>;

/** A schema as the validator compiler takes it, and the limits that its messages name. */
export interface PreparedSchema {
  schema: JsonObject;
  /** The root's table is named `''`; the others are named as in `$defs`. */
  tables: Record<string, LimitTable>;
  /** Where in the bundled document each schema of `$defs` comes from. */
  origins: ReadonlyMap<string, string>;
}

/** Formats that are checked; every other is an annotation, as JSON Schema 2020-12 has it. */
const checkedFormats = new Set([
  ...['date', 'time', 'date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
  ...['uri', 'uri-reference', 'uri-template', 'json-pointer', 'relative-json-pointer'],
]);

const annotations = new Set([
  ...['title', 'description', 'default', 'example', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$comment'],
  ...['externalDocs', 'xml', 'discriminator', 'contentEncoding', 'contentMediaType', 'contentSchema', '$defs'],
]);

const schemaMaps = ['properties', 'patternProperties', 'dependentSchemas'];
const schemaLists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const schemaKeys = [
  ...['items', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else', 'contains'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
];
const limitKeys = [
  ...['type', 'enum', 'const', 'pattern', 'format', 'minLength', 'maxLength', 'minItems', 'maxItems', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minProperties', 'maxProperties'],
];

/** Returns the name of the format that stands in for `x-max-bytes`. */
export function maxBytesFormat(limit: number): string {
  return `max-bytes-${limit}`;
}

/** Returns a schema of a bundled document as one that stands alone, free of annotations. */
export function prepareSchema(bundle: JsonObject, root: Schema): PreparedSchema {
  const tables: Record<string, LimitTable> = {};
  const names = new Map<string, string>();
  const origins = new Map<string, string>();
  const definitions: JsonObject = {};

  function define(reference: string): string {
    const known = names.get(reference);
    if (known !== undefined) return known;
    const name = `s${names.size}`;
    names.set(reference, name);
    origins.set(name, reference);
    definitions[name] = prepareTable((readPointer(bundle, reference) ?? true) as Schema, name);
    return name;
  }

  function prepareTable(schema: Schema, name: string): Json {
    const table: LimitTable = {};
    tables[name] = table;
    return prepare(schema, '', table);
  }

  function prepare(schema: Schema, location: string, table: LimitTable): Json {
    if (!isObject(schema)) return schema;
    const result: JsonObject = {};
    for (const [key, value] of Object.entries(schema)) {
      if (annotations.has(key) || key.startsWith('x-')) continue;
      if (key === 'format' && !checkedFormats.has(String(value))) continue;
      result[key] = prepareKeyword(key, value, `${location}/${key}`, table);
    }
    separateStringRules(schema, result);
    for (const key of limitKeys) {
      if (result[key] !== undefined) table[`${location}/${key}`] = limitOf(key, result[key]);
    }
    for (const [index, member] of asArray(result.allOf).entries()) {
      for (const key of ['pattern', 'format']) {
        const rule = asObject(member)[key];
        if (rule !== undefined) table[`${location}/allOf/${index}/${key}`] = limitOf(key, rule);
      }
    }
    return result;
  }

  function prepareKeyword(key: string, value: Json, location: string, table: LimitTable): Json {
    if (key === '$ref') {
      const name = define(String(value));
      table[location] = name;
      return `#/$defs/${name}`;
    }
    if (schemaMaps.includes(key)) {
      const members = Object.entries(asObject(value)).map(([name, member]) => {
        return [name, prepare(member as Schema, `${location}/${name}`, table)];
      });
      return Object.fromEntries(members) as JsonObject;
    }
    if (schemaLists.includes(key)) {
      // The compiler leaves the keyword itself out of a location below prefixItems.
      const base = key === 'prefixItems' ? location.slice(0, -'/prefixItems'.length) : location;
      return asArray(value).map((member, index) => prepare(member as Schema, `${base}/${index}`, table));
    }
    return schemaKeys.includes(key) ? prepare(value as Schema, location, table) : value;
  }

  // A $ref at the root would only make every location longer.
  const prepared = prepareTable((dereference(bundle, root) ?? true) as Schema, '');
  const body = isObject(prepared) ? prepared : { allOf: [prepared] };
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...body };
  return { schema: names.size > 0 ? { ...schema, $defs: definitions } : schema, tables, origins };
}

/**
 * The compiler skips `pattern` and `format` once a length is wrong. A pattern moves into `allOf`, so that every broken
 * rule is reported; a byte limit stays, because a text with too many characters has too many bytes as well.
 */
function separateStringRules(schema: JsonObject, result: JsonObject): void {
  const separate: JsonObject[] = [];
  const maxBytes = schema['x-max-bytes'];
  if (result.pattern !== undefined && (result.minLength !== undefined || result.maxLength !== undefined || maxBytes)) {
    separate.push({ pattern: result.pattern });
    delete result.pattern;
  }
  if (typeof maxBytes === 'number') {
    if (result.format === undefined) result.format = maxBytesFormat(maxBytes);
    else separate.push({ format: maxBytesFormat(maxBytes) });
  }
  if (separate.length > 0) result.allOf = [...asArray(result.allOf), ...separate];
}

function limitOf(key: string, value: Json): string | number {
  if (key === 'format' && String(value).startsWith('max-bytes-')) return Number(String(value).slice(10));
  if (key === 'type') return asArray(Array.isArray(value) ? value : [value]).join(' or ');
  if (key === 'enum')
    return asArray(value)
      .map((item) => JSON.stringify(item))
      .join(', ');
  if (key === 'const') return JSON.stringify(value);
  return value as string | number;
}
