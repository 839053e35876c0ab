import { byteLength, type Check, characterLength, formats } from '@nexconn-kit/contract/validator';
import { _, Ajv2020, type Code, type CodeGen, type KeywordCxt } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import type { AddedKeywordDefinition, CodeKeywordDefinition } from 'ajv/dist/types/index.js';
import addFormats, { type FormatName } from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { asArray } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { checkedFormats } from './prepare-schema.js';

/** A reference with a scheme. Regular expressions are written into the code, where a function would be another import. */
const uri = new RegExp(String(fullFormats['uri-reference']).slice(1, -2).replace(/:\)\?/, ':)'), 'i');

/** What is wrong with a schema, and where in it. */
export interface SchemaProblem {
  readonly pointer: string;
  readonly message: string;
}

/** A compiler of schemas, each under a name by which others refer to it. */
export interface Compiler {
  /** Returns the check of a schema. @throws {Error} where no code can be made of it */
  readonly checkOf: (name: string) => Check;
  /** Returns what the standard says against a schema: the place inside of it, and why. */
  readonly problemsOf: (name: string) => SchemaProblem[];
  /**
   * Returns JavaScript with a function for each of these schemas and for those that they refer to, each once. It needs
   * what it mentions of `byteLength`, `characterLength`, `equal` and `formats`, and nothing else.
   */
  readonly toModule: (names: readonly string[]) => CompiledModule;
}

/** Code, and the name in it of the function that checks each schema. */
export interface CompiledModule {
  readonly code: string;
  readonly functions: ReadonlyMap<string, string>;
}

/**
 * Creates a compiler over ajv, whose code is right where that of others was not (the measurements stand in the README).
 *
 * Three things differ from its defaults: issues hold a limit and neither sentence nor schema, alternatives report only
 * the choice itself, since which of them was meant is unknown, and fields that are `undefined` or inherited are absent.
 */
export function createCompiler(schemas: ReadonlyMap<string, JsonObject>): Compiler {
  const ajv = new Ajv2020({
    ...{ strict: false, validateSchema: false, allErrors: true, inlineRefs: false, ownProperties: true },
    ...{ messages: false, logger: false },
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  });
  // Ajv2020 follows both at run time, in every function, whether a schema has them or not.
  const uses = (keyword: string): boolean => [...schemas.values()].some((schema) => mentions(schema, keyword));
  ajv.opts.unevaluated = uses('unevaluatedItems') || uses('unevaluatedProperties');
  ajv.opts.dynamicRef = false;
  addFormats.default(ajv, checkedFormats as FormatName[]);
  for (const [name, format] of Object.entries({ ...formats, uri })) ajv.addFormat(name, format);
  replaceKeywords(ajv);
  for (const keyword of ['anyOf', 'oneOf', 'contains', 'propertyNames']) reportOnlyItself(definitionOf(ajv, keyword));
  silence(definitionOf(ajv, 'if'));
  for (const keyword of keywordsWithLimit) reportLimit(definitionOf(ajv, keyword));
  for (const keyword of keywordsOfNames) reportName(definitionOf(ajv, keyword));
  for (const [name, schema] of schemas) ajv.addSchema(schema, name);

  const standard = new Ajv2020({ strict: false, logger: false });

  function checkOf(name: string): Check {
    return ajv.getSchema(name) as Check;
  }

  return {
    checkOf,
    problemsOf(name) {
      if (standard.validateSchema(schemas.get(name) ?? {}) === true) return [];
      // The first names the keyword, those after it the ways in which the standard's own schema was passed through.
      const errors = standard.errors?.filter(({ params }) => Object.keys(params).length > 0) ?? [];
      return errors.slice(0, 1).map(({ instancePath, params }) => {
        return { pointer: instancePath, message: `it must be ${Object.values(params).join(' ')}` };
      });
    },
    toModule(names) {
      const exports = Object.fromEntries(names.map((name) => [name, name]));
      return readModule(standalone.default(ajv, exports));
    },
  };
}

function mentions(node: Json, keyword: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return Object.entries(node).some(([key, value]) => key === keyword || mentions(value, keyword));
}

function definitionOf(ajv: Ajv2020, keyword: string): AddedKeywordDefinition & CodeKeywordDefinition {
  // Ajv keeps a copy for each instance.
  return ajv.getKeyword(keyword) as AddedKeywordDefinition & CodeKeywordDefinition;
}

/**
 * Replaces what counts characters, so that it does only where the number of UTF-16 units does not tell already, and what
 * divides, so that 0.3 is a multiple of 0.1; adds our own byte limit.
 */
function replaceKeywords(ajv: Ajv2020): void {
  const characters = (gen: CodeGen) => gen.scopeValue('func', { ref: characterLength, code: _`characterLength` });
  const bytes = (gen: CodeGen) => gen.scopeValue('func', { ref: byteLength, code: _`byteLength` });
  replace(ajv, 'maxLength', 'string', ({ gen, data }, limit) => {
    return _`${data}.length > ${limit} && ${characters(gen)}(${data}) > ${limit}`;
  });
  replace(ajv, 'minLength', 'string', ({ gen, data }, limit) => {
    const isShort = _`${data}.length < ${limit}`;
    return limit > 1 ? _`${isShort} || ${characters(gen)}(${data}) < ${limit}` : isShort;
  });
  replace(ajv, 'x-max-bytes', 'string', ({ gen, data }, limit) => {
    return _`${data}.length * 3 > ${limit} && ${bytes(gen)}(${data}) > ${limit}`;
  });
  replace(ajv, 'multipleOf', 'number', ({ gen, data }, limit) => {
    const quotient = gen.const('quotient', _`${data} / ${limit}`);
    return _`!(Math.abs(Math.round(${quotient}) - ${quotient}) <= 1e-15 * Math.abs(${quotient}))`;
  });
}

function replace(
  ajv: Ajv2020,
  keyword: string,
  type: 'string' | 'number',
  isBroken: (context: KeywordCxt, limit: number) => Code,
): void {
  ajv.removeKeyword(keyword);
  const code = (context: KeywordCxt): void => context.fail(isBroken(context, context.schema as number));
  ajv.addKeyword({
    keyword,
    type,
    schemaType: 'number',
    error: { message: '' },
    code,
    ...(type === 'string' && { before: 'pattern' }),
  });
}

const keywordsWithLimit = [
  ...['maxLength', 'minLength', 'x-max-bytes', 'pattern', 'format', 'enum', 'const', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
];

/** Names a limit as messages show it, in place of the schema in which it stands. */
function reportLimit(definition: AddedKeywordDefinition): void {
  const { keyword } = definition;
  definition.error = { message: '', params: ({ schema }) => _`{limit: ${limitOf(keyword as string, schema as Json)}}` };
}

const keywordsOfNames = [
  'required',
  'dependentRequired',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
];

function reportName(definition: AddedKeywordDefinition): void {
  definition.error = {
    message: '',
    params: ({ params }) => _`{name: ${Object.entries(params).find(([key]) => namesOf.includes(key))?.[1]}}`,
  };
}

/** What ajv calls the name of a field. */
const namesOf = ['missingProperty', 'additionalProperty', 'unevaluatedProperty', 'propertyName'];

function limitOf(keyword: string, value: Json): string | number {
  if (keyword === 'const') return JSON.stringify(value);
  if (keyword !== 'enum') return value as string | number;
  return asArray(value)
    .map((item) => JSON.stringify(item))
    .join(', ');
}

/** Drops what the alternatives have against a value. */
function reportOnlyItself(definition: CodeKeywordDefinition): void {
  const { code } = definition;
  definition.code = (context: KeywordCxt, ruleType) => {
    const { subschema, error } = context;
    const canReset = context.errsCount !== undefined;
    context.subschema = (applied, valid) => subschema.call(context, { ...applied, createErrors: false }, valid);
    context.error = (append, ...rest) => {
      if (canReset) context.reset();
      error.call(context, !canReset && append, ...rest);
    };
    code(context, ruleType);
  };
}

/** Leaves it to `then` or `else` to say what is wrong. */
function silence(definition: CodeKeywordDefinition): void {
  const { code } = definition;
  definition.code = (context: KeywordCxt, ruleType) => {
    context.error = () => {};
    code(context, ruleType);
  };
}

function readModule(module: string): CompiledModule {
  const functions = new Map<string, string>();
  const code = module
    .replace('"use strict";', '')
    .replace(/^export const (\w+) = (\w+);$/gm, (_, name, compiled) => {
      functions.set(name, compiled);
      return '';
    })
    .replaceAll('require("ajv/dist/runtime/equal").default', 'equal')
    .replaceAll('= new RegExp(', '= /* @__PURE__ */ new RegExp(')
    .replaceAll(/,schemaPath:"(?:[^"\\]|\\.)*"/g, '')
    // What else the functions are called with serves features that no schema here has.
    .replaceAll('{instancePath="", parentData, parentDataProperty, rootData=data}={}', 'instancePath=""')
    .replaceAll('{instancePath,parentData,parentDataProperty,rootData}', 'instancePath')
    .replaceAll(
      /\{instancePath:((?:(?!,keyword:|,parentData:).)*),parentData:\w+,parentDataProperty:.*?,rootData\}/g,
      '$1',
    )
    .replaceAll(
      /const (err\d+) = (\{.*\});\nif\(vErrors === null\)\{\nvErrors = \[\1\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}\nerrors\+\+;/g,
      '(vErrors ??= []).push($2);\nerrors++;',
    );
  return { code: withoutUnusedSchemas(code).replaceAll(/^\n+/gm, ''), functions };
}

/** Takes out the schemas themselves, which every function brings along and only some rules read as they run. */
function withoutUnusedSchemas(code: string): string {
  const declaration = /^const (schema\d+) = .*;\n/gm;
  const used = new Set(code.replaceAll(declaration, '').match(/\bschema\d+\b/g));
  return code.replaceAll(declaration, (line, name) => (used.has(name) ? line : ''));
}
