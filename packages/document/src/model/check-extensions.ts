import { appendPointer } from '../json/json-pointer.js';
import { isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { ProblemReporter } from './types.js';

/** An extension of a schema: what is wrong with its value, if anything is, and what to write. */
interface Extension {
  isRight(value: Json): boolean;
  readonly problem: string;
  readonly hint: string;
}

/** The encodings that `x-mock: { random: … }` can name. */
const randomEncodings = new Set<unknown>(['base64', 'base64url', 'hex']);

const extensions = new Map<string, Extension>([
  [
    'x-max-bytes',
    {
      isRight: isPositiveInteger,
      problem: 'it must be a positive integer.',
      hint: 'Write the limit in UTF-8 bytes, such as x-max-bytes: 64.',
    },
  ],
  [
    'x-empty-is-absent',
    {
      isRight: (value) => value === true,
      problem: 'it is true or left out.',
      hint: 'Write x-empty-is-absent: true at a string property of a request.',
    },
  ],
  [
    'x-echoes',
    {
      isRight: (value) => typeof value === 'string' && value !== '',
      problem: 'it must be the name of a field of the request.',
      hint: 'Write x-echoes: userId at a property of the result that repeats userId.',
    },
  ],
  [
    'x-mock',
    {
      isRight: isMockRule,
      problem: 'it is no rule to fill a value by.',
      hint: 'Write { echo: <field> }, or { random: base64, bytes: 72 }; also base64url and hex.',
    },
  ],
]);

/** Keys below which keys are names that the author chose, and not fields of the document. */
export const maps: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'schemas', 'responses', 'headers'],
  ...['parameters', 'requestBodies', 'securitySchemes', 'pathItems', 'links', 'callbacks', 'mapping', 'variables'],
]);

/** Keys of values that the document only shows or compares with. */
export const data: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'const', 'enum']);

/** Reports every extension of a schema, wherever it stands, that does not have the shape of spec/README.md. */
export function checkExtensions(node: Json, report: ProblemReporter, pointer = '#', isMap = false): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    const here = appendPointer(pointer, key);
    const extension = isMap || (key === 'x-mock' && isOperation(node)) ? undefined : extensions.get(key);
    if (extension !== undefined && !extension.isRight(value)) {
      report(here, `${key} is ${JSON.stringify(value)}; ${extension.problem}`, extension.hint);
    } else if (isMap || !data.has(key)) {
      checkExtensions(value, report, here, !isMap && maps.has(key) && isObject(value));
    }
  }
}

/** What the `x-mock` of an operation says, is checked where its parameters and bodies are known. */
function isOperation(node: Json): boolean {
  return isObject(node) && ('responses' in node || 'operationId' in node);
}

/** Whether this is a whole number above 0. */
export function isPositiveInteger(value: Json | undefined): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function isMockRule(rule: Json): boolean {
  if (!isObject(rule)) return false;
  return typeof rule.echo === 'string' || isRandomRule(rule);
}

function isRandomRule({ random, bytes }: JsonObject): boolean {
  return randomEncodings.has(random) && isPositiveInteger(bytes);
}
