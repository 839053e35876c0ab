import type { OperationId, ValidationIssue } from '@nexconn-kit/contract';
import { requestValidators } from '@nexconn-kit/contract/request-validators';
import { type Call, noteSent } from '../call/call.js';
import type { Settings } from '../resolve-options.js';
import { refuseIssues } from './check-parameters.js';

/** What the refusal of a user ID ends with. */
const userIdAdvice =
  'For others, such as UUIDs, make opaque IDs (opaqueUserId, NEXCONN_USER_ID_KEY) or set userIdPattern (--user-id-pattern): ' +
  'https://github.com/nexconn-kit/nexconn-kit/blob/main/packages/token-service/README.md#which-user-ids';

/** The rules that it has ways out of. */
const userIdRules = ['pattern', 'maxLength', 'x-max-bytes'];

/** A body as it is sent, and what is wrong with it. */
interface CheckedBody {
  readonly text: string;
  readonly issues: readonly ValidationIssue[];
}

/** Returns a body without the fields whose empty string counts as not sent, checked against the document. */
export function checkBody(text: string, call: Call, settings: Settings): CheckedBody {
  if (!call.operation?.body) return { text, issues: [] };
  const parsed = text === '' ? undefined : parse(text);
  noteSent(call, parsed, settings);
  if (parsed === undefined && settings.validateRequests && (text !== '' || call.operation.body.required)) {
    return { text, issues: [noJson(text)] };
  }
  return checkBodyValue(parsed, call, settings, text);
}

/** Returns the same for a body that is not text yet. */
export function checkBodyValue(
  given: unknown,
  call: Call,
  { validateRequests, userIdPattern }: Settings,
  givenText?: string,
): CheckedBody {
  const { operation } = call;
  const value = withoutEmpty(given, operation?.body?.emptyIsAbsent ?? []);
  const text = value === given && givenText !== undefined ? givenText : toText(value, call);
  const isOptional = given === undefined && !operation?.body?.required;
  if (!operation || !validateRequests || isOptional) return { text, issues: [] };
  const issues = requestValidators[operation.operationId as OperationId](value);
  return { text, issues: withUserIdAdvice(withUserIdPattern(issues, value, userIdPattern)) };
}

/** The issue of a body that JSON has no words for. */
export const unserializable: ValidationIssue = {
  field: '',
  keyword: 'type',
  message: 'The request body cannot be written as JSON: it refers to itself or holds a BigInt.',
};

function toText(value: unknown, call: Call): string {
  try {
    return value === undefined ? '' : JSON.stringify(value);
  } catch {
    refuseIssues([unserializable], call);
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
function withUserIdAdvice(issues: readonly ValidationIssue[]): readonly ValidationIssue[] {
  const last = issues.findLast(({ field, keyword }) => field === 'userId' && userIdRules.includes(keyword));
  return issues.map((issue) => (issue === last ? { ...issue, message: `${issue.message} ${userIdAdvice}` } : issue));
}
