import { appendPointer } from '../json/json-pointer.js';
import { asObject, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';

/** Keywords whose value is a map from names to schemas. */
export const schemaMaps: readonly string[] = ['properties', 'patternProperties', 'dependentSchemas'];
/** Keywords whose value is a list of schemas. */
export const schemaLists: readonly string[] = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
/** Keywords whose value is a schema. */
export const schemaKeys: readonly string[] = [
  ...['items', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else', 'contains'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
];
/** Of these, the ones that are about the value itself, and not about a part of it. */
export const inPlaceKeys: readonly string[] = [
  ...['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas'],
];

/** What is wrong with a schema, and where. */
export interface SchemaProblem {
  readonly pointer: string;
  readonly message: string;
}

/** A schema inside of another, by the keyword that has it. */
export interface Subschema {
  readonly keyword: string;
  readonly pointer: string;
  readonly schema: Json;
}

/** Returns the schemas directly below one. */
export function subschemasOf(schema: Json, pointer: string): Subschema[] {
  if (!isObject(schema)) return [];
  return Object.entries(schema).flatMap(([keyword, value]): Subschema[] => {
    const here = appendPointer(pointer, keyword);
    if (schemaKeys.includes(keyword)) return [{ keyword, pointer: here, schema: value }];
    if (!schemaMaps.includes(keyword) && !schemaLists.includes(keyword)) return [];
    return Object.entries(value ?? {}).map(([key, member]) => {
      return { keyword, pointer: appendPointer(here, key), schema: member };
    });
  });
}

const types = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];

type Demand = readonly [isMet: (value: Json) => boolean, words: string];

const isText = (value: Json): boolean => typeof value === 'string';
const isNumber = (value: Json): boolean => typeof value === 'number';
const isTexts = (value: Json): boolean => Array.isArray(value) && value.every(isText);
const isSchema = (value: Json): boolean => isObject(value) || typeof value === 'boolean';
const isSize = (value: Json): boolean => Number.isInteger(value) && Number(value) >= 0;
const isType = (value: Json): boolean => types.includes(value as string);

const demands = new Map<string, Demand>([
  ...all(
    ['maxLength', 'minLength', 'x-max-bytes', 'maxItems', 'minItems', 'maxContains', 'minContains'],
    isSize,
    'a whole number from 0',
  ),
  ...all(['maxProperties', 'minProperties'], isSize, 'a whole number from 0'),
  ...all(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'], isNumber, 'a number'),
  ...all(['multipleOf'], (value) => Number(value) > 0 && isNumber(value), 'a number above 0'),
  ...all(['pattern', 'format', '$ref', '$dynamicRef', '$id', '$anchor', '$dynamicAnchor'], isText, 'a text'),
  ...all(['uniqueItems'], (value) => typeof value === 'boolean', 'true or false'),
  ...all(['required'], isTexts, 'a list of names'),
  ...all(['enum'], Array.isArray, 'a list of values'),
  ...all(
    ['type'],
    (value) => isType(value) || (Array.isArray(value) && value.every(isType)),
    `one of ${types.join(', ')}, or a list of them`,
  ),
  ...all(
    ['dependentRequired'],
    (value) => isObject(value) && Object.values(value).every(isTexts),
    'a map from names to lists of names',
  ),
  ...all(schemaKeys, isSchema, 'a schema: an object, true or false'),
  ...all(schemaMaps, (value) => isObject(value) && Object.values(value).every(isSchema), 'a map from names to schemas'),
  ...all(schemaLists, (value) => Array.isArray(value) && value.every(isSchema), 'a list of schemas'),
]);

function all(keywords: readonly string[], isMet: Demand[0], words: string): [string, Demand][] {
  return keywords.map((keyword) => [keyword, [isMet, words]]);
}

/** Returns what the standard has against the keywords of one schema, those of its parts aside. */
export function wrongKeywords(schema: JsonObject, pointer: string): SchemaProblem[] {
  return Object.entries(schema).flatMap(([keyword, value]): SchemaProblem[] => {
    const here = appendPointer(pointer, keyword);
    const [isMet, words] = demands.get(keyword) ?? [];
    if (isMet && !isMet(value)) return [{ pointer: here, message: `${keyword} must be ${words}` }];
    if (keyword === 'pattern') return problemsOfPattern(String(value), here);
    if (keyword !== 'patternProperties') return [];
    return Object.keys(asObject(value)).flatMap((name) => problemsOfPattern(name, appendPointer(here, name)));
  });
}

function problemsOfPattern(pattern: string, pointer: string): SchemaProblem[] {
  try {
    new RegExp(pattern, flagsOf(pattern));
    return [];
  } catch (error) {
    return [{ pointer, message: (error as Error).message }];
  }
}

/** Returns the flags of a regular expression: that of Unicode, but for one which is none under its strict rules. */
export function flagsOf(pattern: string): 'u' | '' {
  try {
    new RegExp(pattern, 'u');
    return 'u';
  } catch {
    return '';
  }
}
