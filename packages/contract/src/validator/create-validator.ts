import type { ValidationIssue, Validator } from '../types.js';
import { issueMessage, type Sentences } from './issue-message.js';
import { byteLength, characterLength } from './text-length.js';

/** A rule that a value breaks, as a compiled check reports it. */
export interface CheckError {
  /** JSON pointer to the value, without `#`. */
  readonly instancePath?: string;
  /** Left out where a rule further up reports for this one. */
  readonly keyword?: string;
  readonly params?: CheckErrorParams;
}

/** What a rule has besides its keyword. */
export interface CheckErrorParams {
  readonly limit?: number | string;
  readonly type?: string | readonly string[];
  /** The field that the rule is about, where it is one below the value. */
  readonly name?: string;
}

/** A compiled check. */
export interface Check {
  (value: unknown): boolean;
  errors?: readonly CheckError[] | null;
}

/**
 * Returns a validator for a compiled check; `sentences` has one for each rule that the check can find broken, and `whole`
 * is how messages name the value itself.
 */
export function createValidator(
  check: Check,
  isRequired: boolean,
  sentences: Sentences,
  whole = 'The body',
): Validator {
  return function validate(value) {
    if ((value === undefined && !isRequired) || check(value)) return [];
    const issues: ValidationIssue[] = [];
    for (const error of check.errors ?? []) {
      const issue = toIssue(error, value, sentences, whole);
      if (issue.keyword !== '' && !issues.some((earlier) => saysItToo(earlier, issue))) issues.push(issue);
    }
    return issues;
  };
}

/** Whether a value has one fault, and not two: another type, a text too short for any pattern, too many characters and so bytes. */
function saysItToo(earlier: ValidationIssue, { field, keyword }: ValidationIssue): boolean {
  if (earlier.field !== field) return false;
  if (keyword === 'pattern' && earlier.actual === 0) return true;
  return earlier.keyword === 'type' || (keyword === 'x-max-bytes' && earlier.keyword === 'maxLength');
}

function toIssue(
  { instancePath = '', keyword = '', params = {} }: CheckError,
  root: unknown,
  sentences: Sentences,
  whole: string,
): ValidationIssue {
  const path = instancePath.split('/').slice(1).map(unescapeKey);
  const actual = measure(keyword, path.reduce(readKey, root));
  const { name, type } = params;
  const field = (name === undefined ? path : [...path, name]).join('.');
  const limit = params.limit ?? (typeof type === 'object' ? type.join(' or ') : type);
  const message = issueMessage(field || whole, keyword, limit, actual, sentences);
  return { field, keyword, ...(limit !== undefined && { limit }), ...(actual !== undefined && { actual }), message };
}

function measure(keyword: string, value: unknown): number | string | undefined {
  if (keyword === 'type') return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (typeof value === 'string') {
    if (keyword === 'x-max-bytes') return byteLength(value);
    if (keyword.endsWith('Length')) return characterLength(value);
  } else if (/^m..(Item|Propertie)s$/.test(keyword)) return Object.keys(value as object).length;
  return undefined;
}

function readKey(value: unknown, key: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[key];
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
