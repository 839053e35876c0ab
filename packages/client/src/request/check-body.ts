import type { ValidationIssue } from '@nexconn-kit/contract';
import { type Call, noteSent } from '../call/call.js';
import type { Settings } from '../resolve-options.js';
import type { Api, CheckedBody } from '../table-types.js';
import { unwritableIssues } from '../writers/unwritable.js';
import { refuseIssues } from './check-parameters.js';

/** The rules for user IDs that there are ways out of. */
const userIdRules = ['pattern', 'maxLength', 'x-max-bytes'];

/** Returns a body without the fields whose empty string counts as not sent, checked against the document. */
export function checkBody(given: string, call: Call, settings: Settings): CheckedBody & { text: string } {
  const { operation } = call;
  const { validateRequests, userIdPattern } = settings;
  if (!operation?.body) return { text: given, issues: [] };
  const parsed = given === '' ? undefined : parse(given);
  noteSent(call, parsed, settings);
  const value = withoutEmpty(parsed, operation.body.emptyIsAbsent ?? []);
  const text = value === parsed ? given : JSON.stringify(value);
  const isOptional = given === '' && !operation.body.required;
  if (!validateRequests || isOptional) return { text, issues: [] };
  if (parsed === undefined) return { text, issues: [noJson(text)] };
  const issues = operation.validateRequest?.(value) ?? [];
  return { text, issues: withUserIdAdvice(withUserIdPattern(issues, value, userIdPattern), call.api) };
}

/** Returns the same for a body that is not text yet: a getter, or a `toJSON`, is asked once, and what it said is checked and sent. */
export function checkBodyValue(given: unknown, call: Call, settings: Settings): CheckedBody {
  return checkBody(toText(given, call), call, settings);
}

function toText(value: unknown, call: Call): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    refuseIssues(unwritableIssues(value), call);
    return '';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noJson(text: string): ValidationIssue {
  return text === ''
    ? { field: '', keyword: 'required', message: 'The request has no body. Pass one.' }
    : { field: '', keyword: 'type', message: 'The request has a body that is not JSON. Pass an object.' };
}

function withoutEmpty(value: unknown, emptyIsAbsent: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const absent = emptyIsAbsent.filter((name) => Reflect.get(value, name) === '');
  if (absent.length === 0) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !absent.includes(name)));
}

/** Returns the issues with the caller's pattern in place of the document's. */
function withUserIdPattern(
  issues: readonly ValidationIssue[],
  value: unknown,
  pattern: RegExp | undefined,
): readonly ValidationIssue[] {
  if (!pattern) return issues;
  const rest = issues.filter(({ field, keyword }) => field !== 'userId' || keyword !== 'pattern');
  const userId: unknown = Reflect.get(Object(value), 'userId');
  if (typeof userId !== 'string' || pattern.test(userId)) return rest;
  const message = `userId does not match the pattern ${pattern} of the option userIdPattern.`;
  return [...rest, { field: 'userId', keyword: 'pattern', limit: pattern.source, message }];
}

/** Returns the issues with the ways out behind the last one of a user ID that is too long or has other characters. */
function withUserIdAdvice(issues: readonly ValidationIssue[], { userIdAdvice }: Api): readonly ValidationIssue[] {
  const last =
    userIdAdvice && issues.findLast(({ field, keyword }) => field === 'userId' && userIdRules.includes(keyword));
  return issues.map((issue) => (issue === last ? { ...issue, message: `${issue.message} ${userIdAdvice}` } : issue));
}
