/** A JSON value as it stands in a document. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object as it stands in a document. */
export interface JsonObject {
  [key: string]: Json;
}

/** A JSON Schema: an object, or `true`/`false`. */
export type Schema = JsonObject | boolean;

/** The properties of an object schema, with `allOf` and `$ref` merged. */
export interface ObjectShape {
  properties: Map<string, Schema>;
  required: Set<string>;
  /** Whether `oneOf` or `anyOf` decides between several shapes. */
  hasVariants: boolean;
}
