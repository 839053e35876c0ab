type Size = number | string | undefined;

/** Says which rule a field breaks, with the limit and the size found, never the value. */
export function issueMessage(field: string, keyword: string, limit: Size, actual: Size): string {
  const say = sentences[keyword];
  return `${field} ${say ? say(limit, actual) : `breaks the rule ${keyword}${limit === undefined ? '' : ` ${limit}`}`}.`;
}

const unknownField = (): string => 'is not a known field; leave it out';

const sentences: Readonly<Record<string, (limit: Size, actual: Size) => string>> = {
  required: () => 'is missing; it is required',
  type: (limit, actual) => `is of type ${actual}; it must be of type ${limit}`,
  maxLength: (limit, actual) => `is ${actual} characters long; at most ${limit} are allowed`,
  minLength: (limit, actual) => `is ${actual} characters long; the minimum is ${limit}`,
  'x-max-bytes': (limit, actual) => `is ${actual} bytes long in UTF-8; at most ${limit} are allowed`,
  pattern: (limit) => {
    const characters = /^\^(\[[^\\\]]+\])[*+]\$$/.exec(`${limit}`);
    return characters
      ? `has a character outside ${characters[1]}; only those are allowed`
      : `does not match the pattern ${limit}`;
  },
  format: (limit) => `is no valid ${limit}`,
  enum: (limit) => `must be one of ${limit}`,
  const: (limit) => `must be ${limit}`,
  minimum: (limit) => `is below the minimum of ${limit}`,
  maximum: (limit) => `is above the maximum of ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  exclusiveMaximum: (limit) => `must be less than ${limit}`,
  multipleOf: (limit) => `must be a multiple of ${limit}`,
  maxItems: (limit, actual) => `has ${actual} items; at most ${limit} are allowed`,
  minItems: (limit, actual) => `has ${actual} items; the minimum is ${limit}`,
  maxProperties: (limit, actual) => `has ${actual} fields; at most ${limit} are allowed`,
  minProperties: (limit, actual) => `has ${actual} fields; the minimum is ${limit}`,
  uniqueItems: () => 'has an item twice',
  oneOf: () => 'must fit exactly one of the documented shapes',
  anyOf: () => 'must fit one of the documented shapes',
  additionalProperties: unknownField,
  unevaluatedProperties: unknownField,
};
