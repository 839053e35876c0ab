import type { ValidationIssue, Validator } from '../types.js';
import { type Check, type CheckError, errorsOf, quiet } from './check.js';
import { issueMessage, type Sentences } from './issue-message.js';
import { byteLength, characterLength } from './text-length.js';

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
    try {
      // What is valid costs nothing but the check.
      if ((value === undefined && !isRequired) || check(value, '', quiet)) return [];
      return toIssues(errorsOf(check, value, '', 0), value, sentences, whole);
    } catch (error) {
      // A schema may contain itself, and a value be nested as often as the stack has no room for.
      if (!(error instanceof RangeError)) throw error;
      return [{ field: '', keyword: 'nesting', message: `${whole} is nested too deeply.` }];
    }
  };
}

function toIssues(
  errors: readonly CheckError[],
  value: unknown,
  sentences: Sentences,
  whole: string,
): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  for (const error of errors) {
    const issue = toIssue(error, value, sentences, whole);
    if (!issues.some((earlier) => saysItToo(earlier, issue))) issues.push(issue);
  }
  return issues;
}

/** Whether a value has one fault, and not two: another type, a text too short for any pattern, too many characters and so bytes. */
function saysItToo(earlier: ValidationIssue, { field, keyword }: ValidationIssue): boolean {
  if (earlier.field !== field) return false;
  if (keyword === 'pattern' && earlier.actual === 0) return true;
  return earlier.keyword === 'type' || (keyword === 'x-max-bytes' && earlier.keyword === 'maxLength');
}

function toIssue(error: CheckError, root: unknown, sentences: Sentences, whole: string): ValidationIssue {
  const { keyword, name } = error;
  const path = error.path.split('/').slice(1).map(unescapeKey);
  const actual = measure(keyword, path.reduce(readKey, root));
  const field = (name === undefined ? path : [...path, name]).join('.');
  const limit =
    typeof error.limit === 'object' ? error.limit.map((item) => JSON.stringify(item)).join(', ') : error.limit;
  const messagesOf = (errors: readonly CheckError[]): readonly string[] =>
    toIssues(errors, root, sentences, whole).map(({ message }) => message);
  const message = issueMessage(field || whole, keyword, limit, actual, sentences) + (error.explain?.(messagesOf) ?? '');
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
