import fc from 'fast-check';
import { bytesIn, charactersIn, type JsonSchema, referencesOf, resolveSchema, typesOf } from './json-schema.js';

const emoji = '😀';
/** How often a schema is drawn within itself, where it need not be. */
const deepest = 2;

/**
 * Draws JSON values that satisfy a schema, the largest and smallest allowed ones among them. `within` are the references that
 * were followed on the way to it.
 */
export function validValue(given: JsonSchema, root: object, within: readonly string[] = []): fc.Arbitrary<unknown> {
  const schema = resolveSchema(given, root);
  const inside = [...within, ...referencesOf(given)];
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) {
    return oneOfThoseThatEnd(choices, root, inside);
  }
  const types = typesOf(schema);
  if (types.length === 0) return fc.jsonValue();
  return fc.oneof(...types.map((type) => valueOfType(type, schema, root, inside)));
}

/** A schema that demands itself, so that no value is deep enough for it. */
export class EndlessSchemaError extends Error {}

function endless(within: readonly string[]): EndlessSchemaError {
  return new EndlessSchemaError(`${within.at(-1)} demands itself without an end, so no value satisfies it.`);
}

/** A choice that demands itself without an end is none where another one ends. */
function oneOfThoseThatEnd(
  choices: readonly JsonSchema[],
  root: object,
  within: readonly string[],
): fc.Arbitrary<unknown> {
  const drawn = choices.flatMap((choice) => {
    if (isTooDeep(choice, within)) return [];
    try {
      return [validValue(choice, root, within)];
    } catch (error) {
      if (error instanceof EndlessSchemaError) return [];
      throw error;
    }
  });
  if (drawn.length === 0) throw endless(within);
  return fc.oneof(...drawn);
}

/** Whether a value is the same schema once more, which has been drawn within itself often enough. */
function isTooDeep(schema: JsonSchema, within: readonly string[]): boolean {
  const references = [schema, ...(schema.items ? [schema.items] : [])].flatMap(referencesOf);
  return references.some((reference) => within.filter((each) => each === reference).length > deepest);
}

/** Whether a value that must be there is too deep; a list that may be empty ends in any depth. */
function hasNoEnd(property: JsonSchema, within: readonly string[]): boolean {
  const isList = property.items !== undefined;
  return isTooDeep(property, within) && !(isList && (property.minItems ?? 0) === 0);
}

function valueOfType(type: string, schema: JsonSchema, root: object, within: readonly string[]): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return validObject(schema, root, within);
    case 'array':
      return validArray(schema, root, within);
    case 'string':
      return validString(schema);
    case 'integer':
    case 'number':
      return validNumber(schema, type);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      throw new Error(`The sweep knows no type "${type}". Teach it in test/contract/valid-value.ts.`);
  }
}

function validObject(
  schema: JsonSchema,
  root: object,
  within: readonly string[],
): fc.Arbitrary<Record<string, unknown>> {
  const { required = [] } = schema;
  const properties = Object.entries(schema.properties ?? {}).filter(
    ([name, property]) => required.includes(name) || !isTooDeep(property, within),
  );
  if (properties.some(([, property]) => hasNoEnd(property, within))) throw endless(within);
  const model = Object.fromEntries(properties.map(([name, property]) => [name, validValue(property, root, within)]));
  const known = fc.record(model, { requiredKeys: required });
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== true) return known;
  const unknownField = fc.constantFrom({}, {}, {}, { aFieldThatTheDocumentDoesNotName: 1 });
  return fc.tuple(known, unknownField).map(([fields, extra]) => ({ ...fields, ...extra }));
}

function validArray(schema: JsonSchema, root: object, within: readonly string[]): fc.Arbitrary<unknown[]> {
  if ((schema.minItems ?? 0) === 0 && isTooDeep(schema, within)) return fc.constant([]);
  if (isTooDeep(schema, within)) throw endless(within);
  const limits = { minLength: schema.minItems ?? 0, maxLength: schema.maxItems ?? 10 };
  const item = validValue(schema.items ?? {}, root, within);
  return schema.uniqueItems === true
    ? fc.uniqueArray(item, { ...limits, selector: (value) => JSON.stringify(value) })
    : fc.oneof(fc.array(item, limits), fc.array(item, { ...limits, minLength: limits.maxLength, size: 'max' }));
}

function validNumber(schema: JsonSchema, type: 'integer' | 'number'): fc.Arbitrary<number> {
  const step = schema.multipleOf ?? 1;
  const lowest = schema.minimum ?? (schema.exclusiveMinimum ?? Number.MIN_SAFE_INTEGER - 1) + 1;
  const highest = schema.maximum ?? (schema.exclusiveMaximum ?? Number.MAX_SAFE_INTEGER + 1) - 1;
  const whole = fc.integer({ min: Math.ceil(lowest / step), max: Math.floor(highest / step) }).map((n) => n * step);
  if (type === 'integer' || schema.multipleOf !== undefined) return whole;
  return fc.oneof(whole, fc.double({ min: lowest, max: highest, noNaN: true, noDefaultInfinity: true }));
}

function validString(schema: JsonSchema): fc.Arbitrary<string> {
  const fits = (text: string): boolean => satisfiesString(text, schema);
  const edges = edgeStrings(schema).filter(fits);
  const drawn = drawnString(schema).filter(fits);
  return edges.length === 0 ? drawn : fc.oneof({ arbitrary: drawn, weight: 2 }, fc.constantFrom(...edges));
}

/** Whether a text satisfies the limits of a string schema; `format` is left to the oracle. */
function satisfiesString(text: string, schema: JsonSchema): boolean {
  return (
    charactersIn(text) >= (schema.minLength ?? 0) &&
    charactersIn(text) <= (schema.maxLength ?? Number.POSITIVE_INFINITY) &&
    bytesIn(text) <= (schema['x-max-bytes'] ?? Number.POSITIVE_INFINITY) &&
    (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(text))
  );
}

/** What a text of these formats holds is open. */
const openFormats: readonly (string | undefined)[] = [undefined, 'binary', 'password'];

function edgeStrings(schema: JsonSchema): string[] {
  if (!openFormats.includes(schema.format)) return [];
  const { maxLength = 0, minLength = 0, 'x-max-bytes': maxBytes = 0 } = schema;
  const sizes = [minLength, maxLength, maxBytes, Math.floor(maxBytes / 4)];
  return sizes.flatMap((size) => ['a', '1', emoji].map((unit) => unit.repeat(size)));
}

function drawnString({ format, pattern, minLength = 0, maxLength = 64 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uri' || format === 'url') return fc.webUrl();
  if (format === 'email') return fc.emailAddress();
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (!openFormats.includes(format))
    throw new Error(`The sweep draws no "${format}". Teach it in test/contract/valid-value.ts.`);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  return fc.string({ unit: 'binary', minLength, maxLength });
}
