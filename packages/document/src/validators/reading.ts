import type { Json } from '../json/types.js';
import { schemaKeys, schemaLists, schemaMaps } from './keywords.js';

/**
 * How a schema is read. `request`: every rule, but for what is `readOnly`. `result`: as the schema of what a newer service
 * may send, in which more fields are allowed. `alternative`: where results are one of several shapes, among which a long
 * text does not decide either. `condition`: every rule, where a schema only decides which other counts.
 */
export type Reading = 'request' | 'result' | 'alternative' | 'condition';

/** Formats that are checked; every other is an annotation, as JSON Schema 2020-12 has it. */
export const checkedFormats: readonly string[] = [
  ...['date', 'time', 'date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
  ...['uri', 'uri-reference', 'uri-template', 'json-pointer', 'relative-json-pointer'],
];

/** Every other keyword is an annotation, or none of JSON Schema: it asks nothing of a value. */
const plainKeys = [
  ...['type', 'enum', 'const', 'pattern', 'format', 'minLength', 'maxLength', 'x-max-bytes', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'required', 'dependentRequired'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains', 'minProperties', 'maxProperties'],
  ...['$ref', '$dynamicRef', 'discriminator'],
];
/** Keywords that refuse what no other keyword names, where they are false. */
export const closing: readonly string[] = ['additionalProperties', 'unevaluatedProperties'];
/** Limits of a text's length. */
export const textLimits: readonly string[] = ['maxLength', 'x-max-bytes'];
const asking = new Set([...plainKeys, ...schemaMaps, ...schemaLists, ...schemaKeys]);

/** Whether a keyword asks something of a value. */
export function isAsked(keyword: string, value: Json, reading: Reading): boolean {
  if (!asking.has(keyword)) return false;
  if (keyword === 'format') return checkedFormats.includes(String(value));
  if (reading !== 'result' && reading !== 'alternative') return true;
  if (value === false && closing.includes(keyword)) return false;
  return reading !== 'alternative' || !textLimits.includes(keyword);
}

/** Returns how the schemas below a keyword are read. */
export function readingBelow(keyword: string, reading: Reading): Reading {
  if (reading === 'request' || reading === 'condition') return reading;
  if (keyword === 'not' || keyword === 'if') return 'condition';
  return keyword === 'oneOf' || keyword === 'anyOf' || keyword === 'contains' ? 'alternative' : reading;
}
