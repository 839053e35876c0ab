import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { bytesIn, type JsonSchema } from './json-schema.js';

export interface SchemaOracle {
  /** Judges a value by the whole schema, byte limits included. */
  errors(schema: JsonSchema, value: unknown): readonly ErrorObject[];
  /** Judges it as a validator does that knows only the standard's keywords. */
  errorsOfStandard(schema: JsonSchema, value: unknown): readonly ErrorObject[];
}

/** Judges values by the schemas of a document with ajv, which no other part of the project uses. */
export function createSchemaOracle(document: object): SchemaOracle {
  const full = judge(document, true);
  const standard = judge(document, false);
  return { errors: full, errorsOfStandard: standard };
}

function judge(document: object, knowsBytes: boolean): SchemaOracle['errors'] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  if (knowsBytes) {
    ajv.addKeyword({
      keyword: 'x-max-bytes',
      type: 'string',
      schemaType: 'number',
      validate: (limit: number, text: string) => bytesIn(text) <= limit,
    });
  }
  const { components = {} } = document as { components?: object };
  const compiled = new Map<JsonSchema, ValidateFunction>();
  return (schema, value) => {
    // A local reference is resolved inside the schema it stands in, so every schema brings the components along.
    const validate = compiled.get(schema) ?? ajv.compile({ ...schema, components });
    compiled.set(schema, validate);
    return validate(value) ? [] : (validate.errors ?? []);
  };
}
