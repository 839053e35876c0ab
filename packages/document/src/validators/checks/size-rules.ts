import type { JsonObject } from '../../json/types.js';

/** Returns the condition that a value breaks a limit. */
type SizeRule = (value: string, limit: number) => string;

/** The rules that compare a number with a limit, by the type of what they are about, in the order in which they report. */
export const sizeRules: Readonly<Record<string, Readonly<Record<string, SizeRule>>>> = {
  number: {
    maximum: (value, limit) => `${value} > ${limit}`,
    minimum: (value, limit) => `${value} < ${limit}`,
    exclusiveMaximum: (value, limit) => `${value} >= ${limit}`,
    exclusiveMinimum: (value, limit) => `${value} <= ${limit}`,
    multipleOf: (value, limit) => `!isMultipleOf(${value}, ${limit})`,
  },
  string: {
    // The number of UTF-16 units often tells already.
    maxLength: (value, limit) => `${value}.length > ${limit} && characterLength(${value}) > ${limit}`,
    minLength: (value, limit) => (limit > 1 ? `characterLength(${value}) < ${limit}` : `${value}.length < ${limit}`),
    'x-max-bytes': (value, limit) => `${value}.length * 3 > ${limit} && byteLength(${value}) > ${limit}`,
  },
  array: {
    maxItems: (value, limit) => `${value}.length > ${limit}`,
    minItems: (value, limit) => `${value}.length < ${limit}`,
  },
  object: {
    maxProperties: (value, limit) => `Object.keys(${value}).length > ${limit}`,
    minProperties: (value, limit) => `Object.keys(${value}).length < ${limit}`,
  },
};

/**
 * Returns a schema of whole numbers of 64 bits (`int64`) with the range in which a number keeps them exactly, as Prism has it: any
 * other is rounded before a check can see it.
 */
export function withExactRange(schema: JsonObject): JsonObject {
  if (schema.format !== 'int64' || ![schema.type].flat().includes('integer')) return schema;
  const { minimum, maximum } = schema;
  return {
    ...schema,
    minimum: Math.max(typeof minimum === 'number' ? minimum : Number.NEGATIVE_INFINITY, Number.MIN_SAFE_INTEGER),
    maximum: Math.min(typeof maximum === 'number' ? maximum : Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER),
  };
}
