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

/** Whether no two of these are the same JSON. */
export function areDistinct(values: readonly unknown[]): boolean {
  const objects = values.filter((value) => typeof value === 'object' && value !== null);
  const rest = values.length - objects.length;
  if (new Set(values.filter((value) => typeof value !== 'object' || value === null)).size < rest) return false;
  return objects.every((value, index) => !isOneOf(value, objects.slice(index + 1)));
}

/** Returns a key as a step of a JSON pointer. */
export function keyPath(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
