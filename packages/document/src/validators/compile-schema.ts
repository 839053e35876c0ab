import { validator } from '@exodus/schemasafe';
import type { Check } from '@nexconn-kit/contract/validator';
import { isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { maxBytesFormat } from './prepare-schema.js';

/** A compiled schema: a function to call, which can also be written down. */
export interface CompiledCheck extends Check {
  /** Returns the function as JavaScript that needs nothing but `byteLength`. */
  readonly toModule: (options: { readonly semi: boolean }) => string;
}

/** Returns the check of a schema that stands alone. @throws {Error} where the compiler does not understand a keyword */
export function compileSchema(schema: JsonObject): CompiledCheck {
  const check = validator(schema as Parameters<typeof validator>[0], {
    mode: 'spec',
    includeErrors: true,
    allErrors: true,
    isJSON: true,
    formatAssertion: true,
    // Unknown keywords are an error: a rule that is not understood must not pass silently.
    allowUnusedKeywords: false,
    formats: Object.fromEntries(maxBytesLimits(schema).map((limit) => [maxBytesFormat(limit), maxBytesCheck(limit)])),
  });
  return check as unknown as CompiledCheck;
}

function maxBytesLimits(node: Json): number[] {
  if (typeof node !== 'object' || node === null) return [];
  const format = isObject(node) && typeof node.format === 'string' ? /^max-bytes-(\d+)$/.exec(node.format) : null;
  const own = format ? [Number(format[1])] : [];
  return [...new Set([...own, ...Object.values(node).flatMap(maxBytesLimits)])];
}

/** A module that the compiler writes holds the text under this symbol in place of the function; it imports `byteLength`. */
function maxBytesCheck(limit: number): (text: string) => boolean {
  const check = (text: string): boolean => Buffer.byteLength(text) <= limit;
  return Object.assign(check, { [Symbol.for('toJayString')]: `(text) => byteLength(text) <= ${limit}` });
}
