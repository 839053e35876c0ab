import { asArray, isObject } from '@nexconn-kit/document/compiler';
import type { ResolvedOperation, Schema } from '../types.js';

/** Returns the limits of a schema in words, for doc comments and tables: `at most 64 bytes (UTF-8)`. */
export function describeLimits(schema: Schema): string[] {
  if (!isObject(schema)) return [];
  const limits: string[] = [];
  const say = (key: string, words: (value: string) => string): void => {
    if (schema[key] !== undefined) limits.push(words(String(schema[key])));
  };
  const range = (least: string, most: string, unit: (count: number) => string): void => {
    const [low, high] = [schema[least], schema[most]];
    if (typeof low === 'number' && low > 0 && typeof high === 'number') {
      limits.push(low === high ? `exactly ${low} ${unit(low)}` : `${low} to ${high} ${unit(high)}`);
    } else if (typeof high === 'number') limits.push(`at most ${high} ${unit(high)}`);
    else if (typeof low === 'number' && low > 0) limits.push(`at least ${low} ${unit(low)}`);
  };
  range('minLength', 'maxLength', (count) => (count === 1 ? 'character' : 'characters'));
  say('x-max-bytes', (value) => `at most ${value} ${value === '1' ? 'byte' : 'bytes'} (UTF-8)`);
  say('pattern', (value) => `matches \`${value}\``);
  say('format', (value) => `format \`${value}\``);
  say('minimum', (value) => `at least ${value}`);
  say('exclusiveMinimum', (value) => `more than ${value}`);
  say('maximum', (value) => `at most ${value}`);
  say('exclusiveMaximum', (value) => `less than ${value}`);
  say('multipleOf', (value) => `a multiple of ${value}`);
  range('minItems', 'maxItems', (count) => (count === 1 ? 'item' : 'items'));
  if (schema.uniqueItems === true) limits.push('no item twice');
  const allowed = asArray(schema.enum);
  if (allowed.length > 0) limits.push(`one of ${allowed.map((value) => `\`${JSON.stringify(value)}\``).join(', ')}`);
  return limits;
}

/** Returns a rate limit in words: `200 per second for each App Key`; empty where there is none. */
export function describeRateLimit(rateLimit: ResolvedOperation['rateLimit']): string {
  if (rateLimit === null) return '';
  const { limit, windowSeconds, per } = rateLimit;
  const whose = per === 'app-key' ? 'App Key' : per.replaceAll('-', ' ');
  return `${limit} per ${windowSeconds === 1 ? 'second' : `${windowSeconds} seconds`} for each ${whose}`;
}
