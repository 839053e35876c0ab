import { appendPointer, readPointer } from '../json/json-pointer.js';
import { isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { data, maps } from './check-extensions.js';
import type { ProblemReporter } from './types.js';

/** How many characters, items or properties a schema may demand, with those of the lists around it: samples are made of them. */
const largest = 100_000;

const demands = new Set(['minLength', 'minItems', 'minProperties', 'minContains']);

/** Reports every schema that demands more of a value than fits into the memory of whoever makes a sample of it. */
export function checkSizes(bundle: JsonObject, report: ProblemReporter): void {
  checkWithin(bundle, { bundle, report, known: new Map(), within: new Set(), pointer: '#', isMap: false, around: 1 });
}

/** Where the walk stands, and how many values of this kind the lists around it demand. */
interface Place {
  readonly bundle: JsonObject;
  readonly report: ProblemReporter;
  /** The largest `around` that a schema was looked at with. */
  readonly known: Map<Json, number>;
  /** The schemas that this place is in: one that holds itself demands no end of values only where all are required. */
  readonly within: Set<Json>;
  readonly pointer: string;
  readonly isMap: boolean;
  readonly around: number;
}

function checkWithin(node: Json | undefined, place: Place): void {
  const { bundle, report, known, within, pointer, isMap, around } = place;
  if (typeof node !== 'object' || node === null || within.has(node) || (known.get(node) ?? 0) >= around) return;
  known.set(node, around);
  within.add(node);
  const schema = isObject(node) && !isMap ? node : {};
  const own = around * countOf(schema.minItems);
  const below = { ...place, around: own > largest ? around : own };
  if (typeof schema.$ref === 'string')
    checkWithin(readPointer(bundle, schema.$ref), { ...below, pointer: schema.$ref });
  for (const [key, value] of Object.entries(node)) {
    if (!isMap && demands.has(key) && around * countOf(value) > largest) {
      const inLists = around > 1 ? `, within lists of ${around}` : '';
      const message = `${key} is ${JSON.stringify(value)}${inLists}; a sample may have ${largest} at most.`;
      report(appendPointer(pointer, key), message, 'Write a smaller one, or leave it out.');
    } else if (typeof value === 'object' && (isMap || !data.has(key))) {
      const isNamed = !isMap && maps.has(key) && isObject(value);
      checkWithin(value, { ...below, pointer: appendPointer(pointer, key), isMap: isNamed });
    }
  }
  within.delete(node);
}

function countOf(value: Json | undefined): number {
  return typeof value === 'number' && value > 1 ? value : 1;
}
