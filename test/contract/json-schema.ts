/** The part of JSON Schema 2020-12, and of the vendor extensions, that the sweep of the document understands. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  'x-max-bytes'?: number;
  'x-empty-is-absent'?: boolean;
}

/** Returns the schema that a reference points at, with `allOf` merged into one schema. */
export function resolveSchema(schema: JsonSchema, root: object): JsonSchema {
  const target = schema.$ref === undefined ? schema : resolveSchema(atPointer(root, schema.$ref) as JsonSchema, root);
  return (target.allOf ?? []).map((part) => resolveSchema(part, root)).reduce(mergeSchemas, target);
}

/** Lists the references of a schema to what it is. */
export function referencesOf({ $ref, allOf = [] }: JsonSchema): string[] {
  return [...($ref === undefined ? [] : [$ref]), ...allOf.flatMap(referencesOf)];
}

/** Follows a local reference (`#/components/…`). */
export function atPointer(root: object, reference: string): unknown {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce<unknown>((node, step) => {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    const next = (node as Record<string, unknown> | undefined)?.[key];
    if (next === undefined) throw new Error(`${reference} points at nothing in the document.`);
    return next;
  }, root);
}

function mergeSchemas(left: JsonSchema, right: JsonSchema): JsonSchema {
  return {
    ...left,
    ...right,
    properties: { ...left.properties, ...right.properties },
    required: [...(left.required ?? []), ...(right.required ?? [])],
  };
}

export function typesOf(schema: JsonSchema): string[] {
  if (schema.type !== undefined) return [schema.type].flat();
  return schema.properties === undefined ? [] : ['object'];
}

/** JSON Schema counts characters, that is code points, where JavaScript's `length` counts UTF-16 units. */
export function charactersIn(text: string): number {
  return [...text].length;
}

export function bytesIn(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
