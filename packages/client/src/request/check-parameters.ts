import type { ValidationIssue } from '@nexconn-kit/contract';
import type { Call, Init } from '../call/call.js';
import { callError } from '../call/call-errors.js';
import { NexconnRequestError } from '../errors.js';
import { isTransportHeader } from '../options/headers.js';
import type { Settings } from '../resolve-options.js';
import type { Operation, Parameter } from '../table-types.js';
import { isHeaderName, isHeaderValue } from '../writers/header-syntax.js';

/** The length that the API accepts for `X-Request-ID`. */
const requestIdMaxLength = 36;

/** Returns what is wrong with the parameters of a call, first as what can be sent at all, then as the document has them. */
export function checkParameters(
  operation: Operation | undefined,
  params: NonNullable<Init['params']>,
  { validateRequests }: Pick<Settings, 'validateRequests'>,
): readonly ValidationIssue[] {
  const flat: Record<string, unknown> = { __proto__: null };
  const issues: ValidationIssue[] = [];
  for (const parameter of operation?.parameters ?? []) {
    const { name, in: place, field = name } = parameter;
    const value: unknown = params[place]?.[name] ?? undefined;
    issues.push(...checkParameter(parameter, value));
    if (value !== undefined) flat[field] = value;
  }
  return issues.length === 0 && validateRequests ? (operation?.validateParameters?.(flat) ?? []) : issues;
}

function checkParameter(
  { name: named, field: name = named, in: place, required }: Parameter,
  value: unknown,
): readonly ValidationIssue[] {
  if (value === undefined || (value === '' && place === 'path')) {
    return required ? [issue(name, 'required', `${name} is missing. Pass it.`)] : [];
  }
  const text = textOf(value);
  const isStructure = typeof value === 'object' && (place === 'query' || place === 'cookie');
  if ((text === undefined && !isStructure) || typeof value === 'function') return [noText(name)];
  // URLs resolve these two, and the signed call would reach another path.
  if (place === 'path' && /^\.\.?$/.test(`${text}`)) {
    return [issue(name, 'pattern', `${name} is a dot segment, which no path can hold.`)];
  }
  return place === 'header' ? checkHeader(name, value) : [];
}

/**
 * Returns the request ID of a call, a new one unless one was given, and notes it on the call: all its attempts have the same.
 *
 * @throws {NexconnRequestError} INVALID_REQUEST
 */
export function identify(given: string | undefined, call: Call): string {
  if (given !== undefined) refuseIssues(checkRequestId(given), call);
  call.requestId = given ?? crypto.randomUUID();
  return call.requestId;
}

/** Returns what is wrong with a request ID. */
export function checkRequestId(requestId: string): readonly ValidationIssue[] {
  const name = 'X-Request-ID';
  if (typeof requestId !== 'string') return [issue(name, 'type', `${name} is no string. Pass one.`)];
  const { length } = requestId;
  if (length === 0) return [issue(name, 'minLength', `${name} is empty. Leave it out to get a new UUID.`)];
  if (length <= requestIdMaxLength) return checkHeader(name, requestId);
  const message = `${name} is ${length} characters long; at most ${requestIdMaxLength} are allowed. Shorten it.`;
  return [{ ...issue(name, 'maxLength', message), limit: requestIdMaxLength, actual: length }];
}

/** Returns what is wrong with the headers of a caller: those that whatever sends the request sets, or cannot send. */
export function checkHeaders(headers: readonly (readonly [string, unknown])[]): readonly ValidationIssue[] {
  return headers.flatMap(([name, value]) => {
    const field = name.toLowerCase().slice(0, 40);
    const text = textOf(value);
    if (isTransportHeader(name))
      return [issue(field, 'header', `${field} is set by what sends the request. Leave it out.`)];
    if (!isHeaderName(name)) return [issue(field, 'header', 'A header has no such name. Correct it.')];
    const isOther = typeof value === 'function' || (typeof value === 'object' && /^\[object /.test(`${text}`));
    if (text === undefined || isOther) return [noText(field)];
    return isHeaderValue(text) ? [] : checkHeader(name, value);
  });
}

/** @throws {NexconnRequestError} INVALID_REQUEST, with every issue in its message, unless there is none */
export function refuseIssues(issues: readonly ValidationIssue[], call: Call): void {
  if (issues.length === 0) return;
  const problem = `was not sent: ${issues.map((each) => each.message).join(' ')}`;
  throw callError(NexconnRequestError, call, problem, { code: 'INVALID_REQUEST', issues });
}

/** Returns a value as a text; undefined where it has none. */
function textOf(value: unknown): string | undefined {
  try {
    // Unlike `String`, it refuses symbols.
    return `${value}`;
  } catch {
    return undefined;
  }
}

function noText(field: string): ValidationIssue {
  return issue(field, 'type', `${field} has no text. Pass one.`);
}

function checkHeader(name: string, value: unknown): readonly ValidationIssue[] {
  if (/^[\x20-\x7e]*$/.test(String(value))) return [];
  return [issue(name, 'pattern', `${name} has characters that a header cannot hold. Use ASCII.`)];
}

function issue(field: string, keyword: string, message: string): ValidationIssue {
  return { field, keyword, message };
}
