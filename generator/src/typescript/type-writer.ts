import {
  asArray,
  asObject,
  dereference,
  isBinary,
  isObject,
  readPointer,
  readShape,
  toTypeName,
} from '@nexconn-kit/document/compiler';
import type { JsonObject, Schema } from '../types.js';
import { describeLimits } from './describe-limits.js';
import { type Direction, type Directions, readDirections } from './directions.js';
import { toPropertyKey } from './literal.js';
import { tagSchemas } from './tagged-schemas.js';
import { group, literal, union } from './type-text.js';

/** A field of an interface. */
export interface Field {
  name: string;
  required: boolean;
  schema: Schema;
  description: string;
}

/** A writer of schemas as TypeScript, which remembers the named types that they need. */
export interface TypeWriter {
  /** Returns the type expression of a schema. */
  typeOf(schema: Schema, indent?: string): string;
  /** Returns the members of an interface, one field a line, with doc comments. */
  members(fields: readonly Field[], indent?: string): string;
  /** Returns the fields of an object schema. */
  fieldsOf(schema: Schema): Field[];
  /** Keeps names from types that a `$ref` names and that are asked for from now on. */
  reserve(names: readonly string[]): void;
  /** Returns a writer of the same names, by which fields need not be there that do not count in a direction. */
  towards(direction: Direction): TypeWriter;
  /** Whether a schema is another type for this writer than by its name. */
  isOther(schema: Schema): boolean;
  /** Whether a schema is nothing but a `$ref` to what is declared as an interface of its fields. */
  isInterface(schema: Schema): boolean;
  /** Returns the names of those types that were asked for since this was called before. */
  takeNames(): readonly string[];
  /** Returns the declaration of a schema by a name. */
  declare(name: string, schema: Schema): string;
  /** Returns the declarations of every named type that was asked for. */
  declarations(): string;
}

/** A type that a `$ref` names, and the direction that it is for, if it differs in one. */
interface NamedType {
  readonly name: string;
  readonly reference: string;
  readonly direction: Direction | undefined;
}

/** The named types of a document. */
interface NamedTypes {
  readonly tagged: ReadonlyMap<string, Schema>;
  readonly directions: Directions;
  /** By what is added to the name for a direction, and their `$ref`. */
  readonly known: Map<string, NamedType>;
  /** Every name that is given. */
  readonly taken: Set<string>;
  /** Those that are not declared yet. */
  readonly queue: NamedType[];
  /** The names that were asked for. */
  readonly asked: Set<string>;
}

/** Creates a writer for the schemas of a bundled document. */
export function createTypeWriter(bundle: JsonObject): TypeWriter {
  const [tagged, directions] = [tagSchemas(bundle), readDirections(bundle)];
  return createWriter(bundle, { tagged, directions, known: new Map(), taken: new Set(), queue: [], asked: new Set() });
}

const noNames: ReadonlySet<string> = new Set();
const suffixes = { request: 'Input', result: 'Output' } as const;

function createWriter(bundle: JsonObject, types: NamedTypes, direction?: Direction): TypeWriter {
  const { tagged, directions, known, taken, queue, asked } = types;
  /** What is being written where it is referred to. */
  const open = new Set<string>();

  function nameOf(reference: string): string {
    // One that leads nowhere, or in a circle.
    if (dereference(bundle, { $ref: reference }) === undefined) return 'unknown';
    const suffix = direction && isOther({ $ref: reference }) ? suffixes[direction] : '';
    const { name } = known.get(`${suffix} ${reference}`) ?? newType(reference, suffix);
    asked.add(name);
    return name;
  }

  function newType(reference: string, suffix: string): NamedType {
    const base = `${toTypeName(reference.slice(reference.lastIndexOf('/') + 1))}${suffix}`;
    let name = base;
    for (let count = 1; taken.has(name); count++) name = `${base}Schema${count === 1 ? '' : count}`;
    taken.add(name);
    const type = { name, reference, direction: suffix === '' ? undefined : direction };
    known.set(`${suffix} ${reference}`, type);
    queue.push(type);
    return type;
  }

  function isOther(schema: Schema): boolean {
    return direction !== undefined && directions.isOther(schema, direction);
  }

  /** The names that are waived are those of whatever the schema is a part of. */
  function typeOf(schema: Schema, indent = '', waived = noNames): string {
    if (!isObject(schema)) return schema ? 'unknown' : 'never';
    if (Object.hasOwn(schema, 'const')) return literal(schema.const);
    if (Array.isArray(schema.enum)) return union(schema.enum.map(literal));
    const parts: string[] = [];
    const all = waivedWith(schema, waived);
    if (typeof schema.$ref === 'string') parts.push(referenceType(schema.$ref, indent, all));
    for (const member of asArray(schema.allOf)) parts.push(typeOf(member as Schema, indent, all));
    for (const key of ['oneOf', 'anyOf']) {
      if (Array.isArray(schema[key])) parts.push(union(schema[key].map((member) => typeOf(member as Schema, indent))));
    }
    const own = ownType(schema, indent, all);
    if (own !== 'unknown' && !(own === looseObject && parts.length > 0)) parts.push(own);
    const known = parts.filter((part) => part !== 'unknown');
    if (known.length === 0) return 'unknown';
    return [...new Set(known)].map((part) => (known.length > 1 ? group(part) : part)).join(' & ');
  }

  function waivedWith(schema: JsonObject, waived: ReadonlySet<string>): ReadonlySet<string> {
    const own = direction === undefined ? noNames : directions.waived(schema, direction);
    return new Set([...waived, ...own]);
  }

  /** What demands a field that does not count where it is referred to stands there in full, but for what leads back to it. */
  function referenceType(reference: string, indent: string, waived: ReadonlySet<string>): string {
    const schema = { $ref: reference };
    if (direction === undefined || directions.demanded(schema, direction, waived).size === 0) return nameOf(reference);
    if (open.has(reference)) return 'unknown';
    open.add(reference);
    const type = typeOf((dereference(bundle, schema) ?? true) as Schema, indent, waived);
    open.delete(reference);
    return type;
  }

  function ownType(schema: JsonObject, indent: string, waived: ReadonlySet<string>): string {
    const { type } = schema;
    const inferred = isObject(schema.properties) ? ['object'] : schema.items !== undefined ? ['array'] : [];
    const types = type === undefined ? inferred : Array.isArray(type) ? type : [type];
    return types.length === 0 ? 'unknown' : union(types.map((name) => primitive(String(name), schema, indent, waived)));
  }

  function primitive(type: string, schema: JsonObject, indent: string, waived: ReadonlySet<string>): string {
    if (type === 'integer') return 'number';
    if (type === 'string' && isBinary(schema)) return 'Blob | Uint8Array<ArrayBuffer> | string';
    if (type === 'array') return arrayType(schema, indent);
    if (type === 'object') return objectType(schema, indent, waived);
    return type;
  }

  function arrayType(schema: JsonObject, indent: string): string {
    const item = typeOf((schema.items ?? true) as Schema, indent);
    if (!Array.isArray(schema.prefixItems)) return `${group(item)}[]`;
    const first = schema.prefixItems.map((member) => `${typeOf(member as Schema, indent)}`);
    const rest = schema.items === false ? [] : [`...${group(item)}[]`];
    const optional = first.map((member, index) =>
      index < Number(schema.minItems ?? 0) ? member : `${group(member)}?`,
    );
    return `[${[...optional, ...rest].join(', ')}]`;
  }

  function objectType(schema: JsonObject, indent: string, waived: ReadonlySet<string>): string {
    const fields = ownFields(schema, waived);
    const extra = othersOf(schema);
    const dictionary = isObject(extra) ? `{ [key: string]: ${typeOf(extra, indent)} }` : looseObject;
    if (fields.length === 0) return extra === false ? 'Record<string, never>' : dictionary;
    const object = `{\n${members(fields, `${indent}  `)}\n${indent}}`;
    return isObject(extra) ? `${object} & { [key: string]: unknown }` : object;
  }

  function ownFields(schema: JsonObject, waived: ReadonlySet<string>): Field[] {
    const required = asArray(schema.required);
    return Object.entries(asObject(schema.properties)).map(([name, property]) =>
      field(name, required.includes(name) && !waived.has(name), property as Schema),
    );
  }

  function field(name: string, required: boolean, schema: Schema): Field {
    return { name, required, schema, description: descriptionOf(bundle, schema) };
  }

  function members(fields: readonly Field[], indent = '  '): string {
    return fields
      .map(({ name, required, schema, description }) => {
        const comment = docComment([description, limitsLine(bundle, schema)], indent);
        return `${comment}${indent}${toPropertyKey(name)}${required ? '' : '?'}: ${typeOf(schema, indent)};`;
      })
      .join('\n');
  }

  function fieldsOf(schema: Schema): Field[] {
    const { properties, required } = readShape(bundle, schema);
    const waived = isObject(schema) ? waivedWith(schema, noNames) : noNames;
    return [...properties].map(([name, property]) => field(name, required.has(name) && !waived.has(name), property));
  }

  function reserve(reserved: readonly string[]): void {
    for (const name of reserved) taken.add(name);
  }

  function isInterface(schema: Schema): boolean {
    if (!isObject(schema) || !isOnlyReference(schema) || tagged.has(schema.$ref)) return false;
    const target = readPointer(bundle, schema.$ref);
    return isObject(target) && isPlainObject(target);
  }

  function takeNames(): readonly string[] {
    const taken = [...asked];
    asked.clear();
    return taken;
  }

  function schemaAt(reference: string): Schema {
    return tagged.get(reference) ?? ((readPointer(bundle, reference) ?? true) as Schema);
  }

  function declarations(): string {
    const written: string[] = [];
    for (let type = queue.shift(); type !== undefined; type = queue.shift()) {
      const schema = schemaAt(type.reference);
      const comment = docComment([descriptionOf(bundle, schema), limitsLine(bundle, schema)], '');
      written.push(`${comment}export ${createWriter(bundle, types, type.direction).declare(type.name, schema)}`);
    }
    return written.join('\n\n');
  }

  function declare(name: string, schema: Schema): string {
    if (isObject(schema) && isPlainObject(schema)) {
      return `interface ${name} {\n${members(ownFields(schema, waivedWith(schema, noNames)), '  ')}\n}`;
    }
    return `type ${name} = ${typeOf(schema)};`;
  }

  const towards = (other: Direction): TypeWriter => createWriter(bundle, types, other);
  return { typeOf, members, fieldsOf, reserve, towards, isOther, isInterface, takeNames, declare, declarations };
}

/** Whether a schema has a `$ref`, and nothing beside it that tells of its shape. */
export function isOnlyReference(schema: JsonObject): schema is JsonObject & { $ref: string } {
  const isShaping = (key: string): boolean => !['$ref', 'description', 'title', 'summary'].includes(key);
  return typeof schema.$ref === 'string' && !Object.keys(schema).some(isShaping);
}

/** Returns the schema of the fields that have no name of their own: those of any pattern, and of `additionalProperties`. */
function othersOf({ additionalProperties: extra, patternProperties }: JsonObject): JsonObject[string] | undefined {
  const patterns = Object.values(asObject(patternProperties));
  if (patterns.length === 0) return extra;
  return { anyOf: extra === false ? patterns : [...patterns, extra ?? true] };
}

const looseObject = '{ [key: string]: unknown }';

/** Whether nothing but `properties` shapes an object, so that it can be an interface. */
export function isPlainObject(schema: JsonObject): boolean {
  const shaping = ['$ref', 'allOf', 'anyOf', 'oneOf', 'enum', 'const'];
  return (
    isObject(schema.properties) &&
    Object.keys(schema.properties).length > 0 &&
    (schema.type === undefined || schema.type === 'object') &&
    !isObject(othersOf(schema)) &&
    shaping.every((key) => schema[key] === undefined)
  );
}

/** Returns a doc comment of the paragraphs that have something to say, or nothing. */
export function docComment(paragraphs: readonly string[], indent: string): string {
  const text = paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
  if (text === '') return '';
  const lines = text.replaceAll('*/', '*\\/').split('\n');
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

function descriptionOf(bundle: JsonObject, schema: Schema): string {
  if (!isObject(schema)) return '';
  const own = schema.description ?? schema.title;
  if (typeof own === 'string') return own.trim();
  return typeof schema.$ref === 'string'
    ? descriptionOf(bundle, (readPointer(bundle, schema.$ref) ?? true) as Schema)
    : '';
}

function limitsLine(bundle: JsonObject, schema: Schema): string {
  if (!isObject(schema)) return '';
  const named = typeof schema.$ref === 'string' ? readPointer(bundle, schema.$ref) : undefined;
  const limits = [...describeLimits((named ?? true) as Schema), ...describeLimits(schema)];
  return limits.length === 0 ? '' : `Limits: ${limits.join('; ')}.`;
}
