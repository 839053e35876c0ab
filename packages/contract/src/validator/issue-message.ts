type Size = number | string | undefined;

/** The text for a broken rule, by its keyword; `{limit}` and `{actual}` stand for the limit and the size found. */
export type Sentences = Readonly<Record<string, string>>;

/** The sentences of all rules that a schema can have. */
export const sentences: Sentences = {
  required: 'is missing; it is required',
  type: 'is of type {actual}; it must be of type {limit}',
  maxLength: 'is {actual} characters long; at most {limit} are allowed',
  minLength: 'is {actual} characters long; the minimum is {limit}',
  'x-max-bytes': 'is {actual} bytes long in UTF-8; at most {limit} are allowed',
  pattern: 'does not match the pattern {limit}',
  format: 'is no valid {limit}',
  enum: 'must be one of {limit}',
  const: 'must be {limit}',
  minimum: 'is below the minimum of {limit}',
  maximum: 'is above the maximum of {limit}',
  exclusiveMinimum: 'must be more than {limit}',
  exclusiveMaximum: 'must be less than {limit}',
  multipleOf: 'must be a multiple of {limit}',
  maxItems: 'has {actual} items; at most {limit} are allowed',
  minItems: 'has {actual} items; the minimum is {limit}',
  maxProperties: 'has {actual} fields; at most {limit} are allowed',
  minProperties: 'has {actual} fields; the minimum is {limit}',
  uniqueItems: 'has an item twice',
  oneOf: 'must fit exactly one of the documented shapes',
  anyOf: 'must fit one of the documented shapes',
  additionalProperties: 'is not a known field; leave it out',
  unevaluatedProperties: 'is not a known field; leave it out',
};

/** Returns a sentence that names the field, the broken rule, the limit and the size found, never the value. */
export function issueMessage(field: string, keyword: string, limit: Size, actual: Size, sentences: Sentences): string {
  const known = sentenceAboutCharacters(keyword, limit) ?? sentences[keyword];
  const sentence = known ?? `breaks the rule ${keyword}${limit === undefined ? '' : ' {limit}'}`;
  return `${field} ${sentence.replace(/\{(limit|actual)\}/g, (_, name) => `${name === 'limit' ? limit : actual}`)}.`;
}

/** A pattern that only lists allowed characters is shown as that list. */
function sentenceAboutCharacters(keyword: string, pattern: Size): string | undefined {
  const characters = keyword === 'pattern' && /^\^(\[[^\\\]]+\])[*+]\$$/.exec(`${pattern}`)?.[1];
  return characters ? `has a character outside ${characters}; only those are allowed` : undefined;
}
