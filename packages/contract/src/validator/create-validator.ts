import type { ValidationIssue, Validator } from '../types.js';
import { issueMessage, type Sentences } from './issue-message.js';

/** What the compiler of the validators reports: the rule and the place, as JSON pointers. */
interface CheckError {
  keywordLocation: string;
  instanceLocation: string;
}

/** A compiled check. */
export interface Check {
  (body: unknown): boolean;
  errors?: readonly CheckError[] | null;
}

/** Limits by the location of their keyword, a table for each schema; `/$ref` leads to the name of another table. */
export type LimitTables = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

/** Returns a validator for a compiled check; `sentences` has one for each rule that the check can find broken. */
export function createValidator(
  check: Check,
  tables: LimitTables,
  bodyRequired: boolean,
  sentences: Sentences,
): Validator {
  return function validateBody(body) {
    if ((body === undefined && !bodyRequired) || check(body)) return [];
    const issues: ValidationIssue[] = [];
    for (const error of check.errors ?? []) {
      // Which of several shapes was meant is unknown, so only the choice itself is reported.
      if (/\/(any|one)Of\/\d+\//.test(error.keywordLocation)) continue;
      const issue = toIssue(error, tables, body, sentences);
      // A text that is too short for any pattern breaks one rule, not two.
      if (issue.keyword !== 'pattern' || !issues.some((other) => other.field === issue.field && other.actual === 0)) {
        issues.push(issue);
      }
    }
    return issues;
  };
}

function toIssue(
  { keywordLocation, instanceLocation }: CheckError,
  tables: LimitTables,
  body: unknown,
  sentences: Sentences,
): ValidationIssue {
  const limit = findLimit(keywordLocation.slice(1), tables);
  const named = keywordLocation.slice(keywordLocation.lastIndexOf('/') + 1);
  // A byte limit is compiled as a format; no other format has a number.
  const keyword = named === 'format' && typeof limit === 'number' ? 'x-max-bytes' : named;
  const path = instanceLocation.split('/').slice(1).map(unescapeKey);
  const field = path.join('.');
  const actual = measure(keyword, path.reduce(readKey, body));
  const message = issueMessage(field || 'The body', keyword, limit, actual, sentences);
  return { field, keyword, ...(limit !== undefined && { limit }), ...(actual !== undefined && { actual }), message };
}

function findLimit(location: string, tables: LimitTables): number | string | undefined {
  const parts = location.split('/$ref');
  const last = parts.pop() as string;
  let table = tables[''];
  for (const part of parts) table = tables[table?.[`${part}/$ref`] as string];
  return table?.[last];
}

function measure(keyword: string, value: unknown): number | string | undefined {
  if (keyword === 'type') return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (typeof value === 'string') {
    if (keyword === 'x-max-bytes') return byteLength(value);
    // Characters are code points, as JSON Schema counts them.
    if (keyword.endsWith('Length')) return [...value].length;
  } else if (/^m..(Item|Propertie)s$/.test(keyword)) return Object.keys(value as object).length;
  return undefined;
}

function readKey(value: unknown, key: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[key];
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Returns the length of a text in UTF-8 bytes, without encoding it; half of a surrogate pair counts as U+FFFD, 3 bytes. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
    // A pair has 4 bytes, of which its first half has been counted as 3.
    if (unit >= 0xdc00 && unit <= 0xdfff && isHighHalf(text.charCodeAt(index - 1))) bytes -= 2;
  }
  return bytes;
}

function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
