import { nearestName } from '../check-options.js';
import { appendPointer } from '../json/json-pointer.js';
import { dataType, documentType, type NodeType, schemaType, typeBelow } from '../json/node-types.js';
import { isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { ProblemReporter } from './types.js';

/**
 * Reports each field that OpenAPI does not know, each extension of ours that is misspelt, and what is empty where an object is
 * expected. Schemas may have keywords of others: only what is spelt almost as a known one is reported there.
 */
export function checkFields(bundle: JsonObject, report: ProblemReporter): void {
  visit(bundle, documentType, '#', report);
}

function visit(node: Json, type: NodeType, pointer: string, report: ProblemReporter): void {
  if (type === dataType) return;
  if (type.name !== undefined) checkNode(node, type, pointer, report);
  if (typeof node !== 'object' || node === null) return;
  const isList = Array.isArray(node);
  for (const [key, value] of Object.entries(node)) {
    // An extension holds what its author likes; a property or a component of such a name is rare enough.
    if (!key.startsWith('x-')) visit(value, typeBelow(type, key, isList), appendPointer(pointer, key), report);
  }
}

function checkNode(node: Json, type: NodeType, pointer: string, report: ProblemReporter): void {
  const { name = '' } = type;
  if (node === null) {
    const hint = 'Write what belongs there, into the file where a $ref names one, or remove the name before it.';
    report(pointer, `There is nothing where ${name} belongs.`, hint);
  }
  if (!isObject(node) || typeof node.$ref === 'string') return;
  for (const key of Object.keys(node)) {
    if (isField(key, type)) continue;
    const place = appendPointer(pointer, key);
    if (key.startsWith('x-')) checkExtensionName(key, type, place, report);
    else if (type === schemaType) checkKeyword(key, place, report);
    else report(place, `${JSON.stringify(key)} is no field of ${name}.`, hintFor(key, type));
  }
}

function isField(key: string, { fields = {}, others = [] }: NodeType): boolean {
  return Object.hasOwn(fields, key) || others.includes(key);
}

function fieldsOf({ fields = {}, others = [] }: NodeType): string[] {
  return [...others, ...Object.keys(fields)];
}

function hintFor(key: string, type: NodeType): string {
  const fields = fieldsOf(type);
  const nearest = nearestName(key, fields);
  if (nearest !== undefined) return `Did you mean ${nearest}? A field of your own begins with x-.`;
  return `Its fields are ${fields.join(', ')}; one of your own begins with x-.`;
}

function checkExtensionName(key: string, { extensions = [] }: NodeType, place: string, report: ProblemReporter): void {
  const meant = extensions.includes(key as `x-${string}`) ? undefined : extensions.find((name) => isAlmost(key, name));
  if (meant !== undefined) report(place, `${key} is no extension that is read.`, `Did you mean ${meant}?`);
}

function checkKeyword(key: string, place: string, report: ProblemReporter): void {
  const meant = fieldsOf(schemaType).find((name) => isAlmost(key, name));
  if (meant !== undefined) report(place, `${JSON.stringify(key)} is no keyword of a schema.`, `Did you mean ${meant}?`);
}

/** Whether a name differs from another in its case and its hyphens, or in so many letters; by default in two where it is long. */
export function isAlmost(wrong: string, right: string, letters = 2): boolean {
  const [one, other] = [wrong, right].map((name) => name.toLowerCase().replace(/^x-|[-_ ]/g, '')) as [string, string];
  const most = right.length < 5 ? 0 : right.length < 10 ? 1 : letters;
  return Math.abs(one.length - other.length) <= most && distance(one, other) <= most;
}

/** Returns how many letters are to be added, removed, replaced or swapped with the next to make one text of the other. */
function distance(one: string, other: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next[column] = Math.min(
        at(last, column) + 1,
        at(next, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, next];
  }
  return at(last, other.length);
}

function at(row: readonly number[] | undefined, column: number): number {
  return row?.[column] ?? Number.POSITIVE_INFINITY;
}
