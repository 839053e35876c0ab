import type { ValidationIssue, Validator } from '../types.js';

/**
 * A schema in the shape that Hono, tRPC and others take from any library: Standard Schema, version 1.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Value> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'nexconn-kit';
    readonly validate: (value: unknown) => StandardResult<Value>;
    /** For types alone; not there as the program runs. */
    readonly types?: { readonly input: Value; readonly output: Value } | undefined;
  };
}

/** What a Standard Schema says of a value: the value as it is, or what is wrong with it. */
export type StandardResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One rule that a value breaks, with the way to it. It never holds the value itself. */
export interface StandardIssue extends ValidationIssue {
  /** Keys and indexes, from outside in; empty for the whole value. */
  readonly path: readonly (string | number)[];
}

/**
 * Returns a validator as a Standard Schema, whose values are of this type: those of the documents are there already.
 *
 * @example
 * const schema = createStandardSchema<{ userId: string }>(api.validators.getUser);
 */
export function createStandardSchema<Value>(validator: Validator): StandardSchema<Value> {
  return { '~standard': { version: 1, vendor: 'nexconn-kit', validate } };

  function validate(value: unknown): StandardResult<Value> {
    const issues = validator(value);
    if (issues.length === 0) return { value: value as Value };
    return { issues: issues.map((issue) => ({ ...issue, path: pathOf(issue.field, value) })) };
  }
}

/** Returns the keys that a field's name is made of; one may hold a dot itself, so that the value decides. */
function pathOf(field: string, root: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let value = root;
  for (let parts = field === '' ? [] : field.split('.'); parts.length > 0; ) {
    const container = Object(value);
    const known = parts.findIndex((_, index) => Object.hasOwn(container, parts.slice(0, index + 1).join('.')));
    const count = known === -1 ? parts.length : known + 1;
    const key = parts.slice(0, count).join('.');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = container[key];
    parts = parts.slice(count);
  }
  return path;
}
