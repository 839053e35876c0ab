import { appendPointer } from '../json/json-pointer.js';
import { isObject } from '../json/references.js';
import type { Json } from '../json/types.js';
import { data, maps } from './check-extensions.js';
import type { ProblemReporter } from './types.js';

/** How many characters, items or properties a schema may demand, with those of the lists around it: samples are made of them. */
const largest = 100_000;

const demands = new Set(['minLength', 'minItems', 'minProperties', 'minContains']);

/** Reports every schema that demands more of a value than fits into the memory of whoever makes a sample of it. */
export function checkSizes(node: Json, report: ProblemReporter): void {
  checkWithin(node, { report, pointer: '#', isMap: false, around: 1 });
}

/** Where the walk stands, and how many values of this kind the lists around it demand. */
interface Place {
  readonly report: ProblemReporter;
  readonly pointer: string;
  readonly isMap: boolean;
  readonly around: number;
}

function checkWithin(node: Json, { report, pointer, isMap, around }: Place): void {
  if (typeof node !== 'object' || node === null) return;
  const own = isObject(node) && !isMap ? countOf(node.minItems) : 1;
  const within = around * own > largest ? around : around * own;
  for (const [key, value] of Object.entries(node)) {
    const here = appendPointer(pointer, key);
    if (!isMap && demands.has(key) && around * countOf(value) > largest) {
      const inLists = around > 1 ? `, within lists of ${around}` : '';
      const message = `${key} is ${JSON.stringify(value)}${inLists}; a sample may have ${largest} at most.`;
      report(here, message, 'Write a smaller one, or leave it out.');
    } else if (isMap || !data.has(key)) {
      checkWithin(value, { report, pointer: here, isMap: !isMap && maps.has(key) && isObject(value), around: within });
    }
  }
}

function countOf(value: Json | undefined): number {
  return typeof value === 'number' && value > 1 ? value : 1;
}
