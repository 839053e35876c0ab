import fc from 'fast-check';
import { bytesIn, charactersIn, type JsonSchema, referencesOf, resolveSchema, typesOf } from './json-schema.js';
import { validValue } from './valid-value.js';

export interface InvalidValue {
  /** The keyword that the value was made to break; it may break others with it. */
  keyword: string;
  /** Where: `userId`, `users.0.name`, or empty for the whole value. */
  field: string;
  /** What was done to a valid value, in words. */
  change: string;
  value: unknown;
}

const oneOfEachType: Record<string, unknown> = {
  string: 'text',
  number: 1.5,
  boolean: true,
  null: null,
  array: [],
  object: {},
};
const strangeTexts = ['!', ' ', '_', '-', 'é', '😀', 'a b', 'a\n', '\u0000', '０', 'A1!', '%41'];
const emoji = '😀';

/**
 * Breaks a valid value in every way its schema allows, one keyword at a time; a schema within itself once. `within` are the
 * references that were followed on the way to it.
 */
export function invalidValues(
  given: JsonSchema,
  root: object,
  seed: number,
  within: readonly string[] = [],
): InvalidValue[] {
  const references = referencesOf(given);
  if (references.some((reference) => within.filter((each) => each === reference).length > 1)) return [];
  const inside = [...within, ...references];
  const schema = resolveSchema(given, root);
  return [
    ...wrongTypes(schema),
    ...wrongChoices(schema),
    ...invalidStrings(schema),
    ...invalidNumbers(schema),
    ...invalidArrays(schema, root, seed, inside),
    ...invalidObjects(schema, root, seed, inside),
  ];
}

function whole(keyword: string, change: string, value: unknown): InvalidValue {
  return { keyword, field: '', change, value };
}

function wrongTypes(schema: JsonSchema): InvalidValue[] {
  const allowed = typesOf(schema);
  if (allowed.length === 0) return [];
  const wrong = Object.entries(oneOfEachType)
    .filter(([type]) => !allowed.includes(type))
    .map(([type, value]) => whole('type', `${type} instead of ${allowed.join(' or ')}`, value));
  return wrong;
}

function wrongChoices(schema: JsonSchema): InvalidValue[] {
  const keyword = 'const' in schema ? 'const' : 'enum';
  const allowed = 'const' in schema ? [schema.const] : schema.enum;
  if (allowed === undefined) return [];
  const other = typeof allowed[0] === 'number' ? 987_654_321 : 'a value that is not on the list';
  return allowed.includes(other) ? [] : [whole(keyword, 'a value that is not allowed', other)];
}

function invalidStrings(schema: JsonSchema): InvalidValue[] {
  if (!typesOf(schema).includes('string')) return [];
  const { minLength = 0, maxLength, pattern, 'x-max-bytes': maxBytes } = schema;
  const invalid: InvalidValue[] = [];
  if (minLength > 0 && schema['x-empty-is-absent'] !== true) invalid.push(whole('minLength', 'an empty string', ''));
  if (maxLength !== undefined) {
    invalid.push(whole('maxLength', `${maxLength + 1} letters`, 'a'.repeat(maxLength + 1)));
    invalid.push(whole('maxLength', `${maxLength + 1} emoji`, emoji.repeat(maxLength + 1)));
  }
  if (pattern !== undefined) {
    const broken = strangeTexts.filter((text) => !new RegExp(pattern, 'u').test(text));
    invalid.push(...broken.map((text) => whole('pattern', JSON.stringify(text), text)));
  }
  if (maxBytes !== undefined) invalid.push(...tooManyBytes(maxBytes, maxLength));
  return invalid;
}

/** One byte over the limit, in texts that are within `maxLength` because their characters take 2, 3 and 4 bytes. */
function tooManyBytes(maxBytes: number, maxLength = Number.POSITIVE_INFINITY): InvalidValue[] {
  return ['é', '中', emoji]
    .map((unit) => {
      const repeated = unit.repeat(Math.floor((maxBytes + 1) / bytesIn(unit)));
      return repeated + 'a'.repeat(maxBytes + 1 - bytesIn(repeated));
    })
    .filter((text) => charactersIn(text) <= maxLength)
    .map((text) => whole('x-max-bytes', `${bytesIn(text)} bytes in ${charactersIn(text)} characters`, text));
}

function invalidNumbers(schema: JsonSchema): InvalidValue[] {
  const types = typesOf(schema);
  const invalid: InvalidValue[] = [];
  if (types.includes('integer') && !types.includes('number')) invalid.push(whole('type', 'a fraction', 1.5));
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined) invalid.push(whole('minimum', 'one under the minimum', minimum - 1));
  if (maximum !== undefined) invalid.push(whole('maximum', 'one over the maximum', maximum + 1));
  if (exclusiveMinimum !== undefined) invalid.push(whole('exclusiveMinimum', 'the excluded number', exclusiveMinimum));
  if (exclusiveMaximum !== undefined) invalid.push(whole('exclusiveMaximum', 'the excluded number', exclusiveMaximum));
  if (multipleOf !== undefined) invalid.push(whole('multipleOf', 'half a step', multipleOf * 1.5));
  return invalid;
}

function invalidArrays(schema: JsonSchema, root: object, seed: number, within: readonly string[]): InvalidValue[] {
  if (!typesOf(schema).includes('array')) return [];
  const { items = {}, minItems = 0, maxItems, uniqueItems } = schema;
  const valid = (count: number): unknown[] => fc.sample(validValue(items, root), { seed, numRuns: count });
  const invalid: InvalidValue[] = [];
  if (minItems > 0) invalid.push(whole('minItems', `${minItems - 1} items`, minItems === 1 ? [] : valid(minItems - 1)));
  if (maxItems !== undefined) invalid.push(whole('maxItems', `${maxItems + 1} items`, valid(maxItems + 1)));
  if (uniqueItems === true) invalid.push(whole('uniqueItems', 'the same item twice', [valid(1)[0], valid(1)[0]]));
  const inside = invalidValues(items, root, seed, within).map((item) => nested('0', item, [item.value]));
  return [...invalid, ...inside];
}

function invalidObjects(schema: JsonSchema, root: object, seed: number, within: readonly string[]): InvalidValue[] {
  if (!typesOf(schema).includes('object')) return [];
  const properties = schema.properties ?? {};
  const complete = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      fc.sample(validValue(property, root), { seed, numRuns: 1 })[0],
    ]),
  );
  const missing = (schema.required ?? []).map((name): InvalidValue => {
    const { [name]: _, ...rest } = complete;
    return { keyword: 'required', field: name, change: 'left out', value: rest };
  });
  const inside = Object.entries(properties).flatMap(([name, property]) =>
    invalidValues(property, root, seed, within).map((value) =>
      nested(name, value, { ...complete, [name]: value.value }),
    ),
  );
  const unknown = whole('additionalProperties', 'a field too many', {
    ...complete,
    aFieldThatTheDocumentDoesNotName: 1,
  });
  return [...missing, ...inside, ...(schema.additionalProperties === false ? [unknown] : [])];
}

function nested(step: string, inner: InvalidValue, value: unknown): InvalidValue {
  return { ...inner, field: inner.field === '' ? step : `${step}.${inner.field}`, value };
}
