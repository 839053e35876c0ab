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
