import { equal } from './equal.js';

/** Whether this is a JSON object, neither null nor an array. It narrows no type, since checks read any field. */
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an object has a field of its own. */
export const has: (value: object, name: string) => boolean = Object.hasOwn;

/** Whether a number is a multiple of another, as decimals are written: 0.3 is one of 0.1. */
export function isMultipleOf(value: number, step: number): boolean {
  const quotient = value / step;
  if (!Number.isFinite(quotient)) return value % step === 0;
  return Math.abs(Math.round(quotient) - quotient) <= 1e-15 * Math.abs(quotient);
}

/** Whether a value is the same JSON as one of these. */
export function isOneOf(value: unknown, values: readonly unknown[]): boolean {
  return values.some((each) => equal(value, each));
}

/** Whether no two of these are the same JSON. Each is looked at once: whoever sends a long list pays for it as we do. */
export function areDistinct(values: readonly unknown[]): boolean {
  const seen = new Set<unknown>();
  for (const value of values) {
    const isObject = typeof value === 'object' && value !== null;
    // What stands for an object is an object's text, which no text is equal to.
    seen.add(isObject ? `{}${textOf(value)}` : typeof value === 'string' ? ` ${value}` : value);
  }
  return seen.size === values.length;
}

/** Returns a text that is the same for the same JSON, whatever the order of its keys. */
function textOf(value: object): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return `${each}n`;
    const isSorted = typeof each !== 'object' || each === null || Array.isArray(each);
    return isSorted ? each : Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

/** Returns a key as a step of a JSON pointer. */
export function keyPath(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
