import * as Browser from '@hyperjump/browser';
import {
  type OutputUnit,
  registerSchema,
  setShouldValidateFormat,
  setShouldValidateSchema,
  type Validator,
  validate,
} from '@hyperjump/json-schema/draft-2020-12';
import { addKeyword, defineVocabulary, loadDialect } from '@hyperjump/json-schema/experimental';
import * as Instance from '@hyperjump/json-schema/instance/experimental';
import '@hyperjump/json-schema/formats';
import { bytesIn, type JsonSchema } from './json-schema.js';

export interface SchemaOracle {
  /** Judges a value by the whole schema of the document, byte limits included. */
  errors(schema: JsonSchema, value: unknown): readonly OutputUnit[];
  /** Judges it as a validator does that knows only the standard's keywords. */
  errorsOfStandard(schema: JsonSchema, value: unknown): readonly OutputUnit[];
}

const standard = 'https://nexconn.test/standard';
const withBytes = 'https://nexconn.test/with-bytes';
const maxBytes = 'https://nexconn.test/keyword/x-max-bytes';

prepareDialects();

/** Judges values by the schemas of a document with hyperjump, which interprets them; no other part of the project uses it. */
export async function createSchemaOracle(document: object): Promise<SchemaOracle> {
  const [full, plain] = await Promise.all([judge(document, withBytes), judge(document, standard)]);
  return { errors: full, errorsOfStandard: plain };
}

/** Judges a value by the schema at a pointer of a document, which is compiled when it is first asked for. */
export type JudgeSchema = (pointer: string, value: unknown) => Promise<boolean>;

/** Returns the judge of a large document, of which few schemas are asked for. */
export function createOracleOf(document: object): JudgeSchema {
  const address = `${standard}/${crypto.randomUUID()}`;
  registerSchema(structuredClone(document) as JsonObject, address, standard);
  const validators = new Map<string, Promise<Validator>>();
  return async (pointer, value) => {
    const validator = validators.get(pointer) ?? validate(`${address}#${pointer}`);
    validators.set(pointer, validator);
    return (await validator)(JSON.parse(JSON.stringify(value))).valid;
  };
}

async function judge(document: object, dialect: string): Promise<SchemaOracle['errors']> {
  const address = `${dialect}/${crypto.randomUUID()}`;
  registerSchema(structuredClone(document) as JsonObject, address, dialect);
  const validators = new Map<object, Validator>();
  for (const [schema, pointer] of schemasIn(document)) validators.set(schema, await validate(`${address}#${pointer}`));
  return (schema, value) => {
    const validator = validators.get(schema);
    if (!validator) throw new Error('The document has no such schema.');
    // As JSON, which has no `undefined`.
    const result = validator(JSON.parse(JSON.stringify(value)), 'BASIC');
    return result.valid ? [] : (result.errors ?? []);
  };
}

type JsonObject = Exclude<Parameters<typeof registerSchema>[0], boolean>;

/** Returns the schemas of bodies and answers, and where each stands. */
function schemasIn(node: object, pointer = ''): [object, string][] {
  return Object.entries(node).flatMap(([key, value]): [object, string][] => {
    if (typeof value !== 'object' || value === null) return [];
    const here = `${pointer}/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
    return key === 'schema' ? [[value, here]] : schemasIn(value, here);
  });
}

function prepareDialects(): void {
  setShouldValidateSchema(false);
  setShouldValidateFormat(true);
  addKeyword<number>({
    id: maxBytes,
    compile: async (schema) => Browser.value(schema),
    interpret: (limit, instance) =>
      Instance.typeOf(instance) !== 'string' || bytesIn(Instance.value(instance)) <= limit,
  });
  defineVocabulary('https://nexconn.test/vocabulary', { 'x-max-bytes': maxBytes });
  const names = ['core', 'applicator', 'unevaluated', 'validation', 'meta-data', 'format-annotation', 'content'];
  const vocabularies = names.map((name) => [`https://json-schema.org/draft/2020-12/vocab/${name}`, true] as const);
  loadDialect(standard, Object.fromEntries(vocabularies), true);
  loadDialect(withBytes, { ...Object.fromEntries(vocabularies), 'https://nexconn.test/vocabulary': true }, true);
}
