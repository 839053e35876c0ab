import { appendPointer } from '../json/json-pointer.js';
import { dataType, documentType, type NodeType, schemaType, typeBelow } from '../json/node-types.js';
import { definitionOf } from '../json/path-item.js';
import { asArray, asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { isAlmost } from './check-fields.js';
import type { ProblemReporter, ResolvedOperation } from './types.js';

/** Reports each `default` that its own schema refuses: another type, or none of the values of `enum` or `const`. */
export function checkDefaults(bundle: JsonObject, report: ProblemReporter): void {
  visit(bundle, documentType, '#');
  function visit(node: Json, type: NodeType, pointer: string): void {
    if (typeof node !== 'object' || node === null || type === dataType) return;
    if (type === schemaType && isObject(node) && node.default !== undefined) checkDefault(node, pointer);
    const isList = Array.isArray(node);
    for (const [key, value] of Object.entries(node)) {
      visit(value, typeBelow(type, key, isList), appendPointer(pointer, key));
    }
  }
  function checkDefault(schema: JsonObject, pointer: string): void {
    const place = appendPointer(pointer, 'default');
    const value = schema.default as Json;
    // What a `$ref` names holds as well.
    for (const { type, enum: values, const: only } of [schema, asObject(dereference(bundle, schema))]) {
      const types = asArray(typeof type === 'string' ? [type] : type).map(String);
      const allowed = Array.isArray(values) ? values : only === undefined ? undefined : [only];
      if (types.length > 0 && !types.some((name) => isOfType(value, name))) {
        report(place, `The default ${quote(value)} is no ${types.join(' or ')}.`, 'Write one that the schema accepts.');
        return;
      }
      if (allowed !== undefined && !allowed.some((each) => JSON.stringify(each) === JSON.stringify(value))) {
        const hint = `Write one of ${allowed.slice(0, 12).map(quote).join(', ')}, or add it to them.`;
        report(place, `The default ${quote(value)} is none of the values that the schema accepts.`, hint);
        return;
      }
    }
  }
}

/** Reports each `nullable: true` of a document of 3.0 that lets no null in: of its own schema it does, and only beside `type`. */
export function checkNullable(written: JsonObject, report: ProblemReporter): void {
  if (String(written.openapi).startsWith('3.0.')) visit(written, documentType, '#');
  function visit(node: Json, type: NodeType, pointer: string): void {
    if (typeof node !== 'object' || node === null || type === dataType) return;
    if (type === schemaType && isObject(node) && node.nullable === true && !acceptsNull(node, written)) {
      const hint =
        'Write anyOf: [{ … }, { type: string, nullable: true, enum: [null] }], or nullable: true beside each type that is meant.';
      report(
        appendPointer(pointer, 'nullable'),
        'nullable: true lets no null in here: what is beside it refuses it.',
        hint,
      );
    }
    const isList = Array.isArray(node);
    for (const [key, value] of Object.entries(node)) {
      // Most are leaves, of which a large document has a hundred thousand.
      if (typeof value === 'object') visit(value, typeBelow(type, key, isList), appendPointer(pointer, key));
    }
  }
}

/** Whether a schema of 3.0 lets null in. */
function acceptsNull(node: Json | undefined, written: JsonObject, seen: Set<Json> = new Set()): boolean {
  if (!isObject(node) || seen.has(node)) return true;
  seen.add(node);
  const accepts = (part: Json): boolean => acceptsNull(part, written, seen);
  const { type, nullable, enum: values, allOf, anyOf, oneOf } = node;
  if (typeof node.$ref === 'string') return acceptsNull(dereference(written, node), written, seen);
  if (typeof type === 'string' && nullable !== true) return false;
  if (type === undefined && Array.isArray(values) && !values.includes(null)) return false;
  const choices = [anyOf, oneOf].filter((choice) => Array.isArray(choice));
  return asArray(allOf).every(accepts) && choices.every((choice) => choice.some(accepts));
}

/** Reports each example that has a whole number which is rounded as it is read, and so is not answered as it stands there. */
export function checkExamples(bundle: JsonObject, report: ProblemReporter): void {
  visit(bundle, documentType, '#', false);
  function visit(node: Json, type: NodeType, pointer: string, isShown: boolean): void {
    if (isShown && Number.isInteger(node) && !Number.isSafeInteger(node)) {
      const message = `The number is read as ${node}: whole ones are exact up to ${Number.MAX_SAFE_INTEGER}.`;
      report(pointer, message, 'Write a smaller one, or a text.');
    }
    if (typeof node !== 'object' || node === null) return;
    const isList = Array.isArray(node);
    for (const [key, value] of Object.entries(node)) {
      const below = type === dataType ? dataType : typeBelow(type, key, isList);
      const isExample = below === dataType && (type === dataType ? isShown : shown.has(key));
      if (isExample || typeof value === 'object') visit(value, below, appendPointer(pointer, key), isExample);
    }
  }
}

/** Keys of values that are answered, or sent. */
const shown = new Set(['example', 'examples', 'value', 'default']);

function isOfType(value: Json, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  // A type that there is not is no matter of the default.
  return !['string', 'number', 'boolean'].includes(type) || typeof value === type;
}

function quote(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/**
 * Reports each tag of an operation that a document with a list of `tags` does not have there, once. OpenAPI allows it: of a
 * document of others only those are reported that are spelt almost as one of the list.
 */
export function checkTags(
  bundle: JsonObject,
  operations: readonly ResolvedOperation[],
  isOwn: boolean,
  report: ProblemReporter,
): void {
  const declared = asArray(bundle.tags).map((tag) => String(asObject(tag).name));
  if (declared.length === 0) return;
  const told = new Set(declared);
  for (const operation of operations) {
    const used = asArray(definitionOf(bundle, operation).tags).map(String);
    for (const [index, tag] of used.entries()) {
      if (told.has(tag)) continue;
      told.add(tag);
      const meant = declared.find((name) => isAlmost(tag, name, 1));
      if (meant === undefined && !isOwn) continue;
      const place = appendPointer(operation.pointer, 'tags', index);
      const addition = `dd { name: ${tag} } to them.`;
      const hint = meant === undefined ? `A${addition}` : `Did you mean ${meant}? Otherwise a${addition}`;
      report(place, `The tag ${quote(tag)} is not in the tags of the document.`, hint);
    }
  }
}
