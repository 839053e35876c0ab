import type { ValidationIssue } from '@nexconn-kit/contract';
import type { Operation } from '../table-types.js';

type Params = Readonly<Partial<Record<'path' | 'query' | 'header', unknown>>>;

/** The length that the API takes for `X-Request-ID`. */
const requestIdMaxLength = 36;

/** Finds what is wrong with the parameters of a call, which the generated validators do not see. */
export function checkParameters(operation: Operation | undefined, params: Params): readonly ValidationIssue[] {
  return (operation?.parameters ?? []).flatMap(({ name, in: place, required }) => {
    const value: unknown = Reflect.get(Object(params[place]), name);
    if (value === undefined || value === null || (value === '' && place === 'path')) {
      return required ? [issue(name, 'required', `${name} is missing. Pass it.`)] : [];
    }
    // URLs resolve these two, and the signed call would reach another path.
    if (place === 'path' && /^\.\.?$/.test(String(value))) {
      return [issue(name, 'pattern', `${name} is a dot segment, which no path can hold.`)];
    }
    return place === 'header' ? checkHeader(name, value) : [];
  });
}

/** Finds what is wrong with a request ID. */
export function checkRequestId(requestId: string): readonly ValidationIssue[] {
  const name = 'X-Request-ID';
  if (typeof requestId !== 'string') return [issue(name, 'type', `${name} is no string. Pass one.`)];
  const { length } = requestId;
  if (length === 0) return [issue(name, 'minLength', `${name} is empty. Leave it out to get a new UUID.`)];
  if (length <= requestIdMaxLength) return checkHeader(name, requestId);
  const message = `${name} is ${length} characters long; at most ${requestIdMaxLength} are allowed. Shorten it.`;
  return [{ ...issue(name, 'maxLength', message), limit: requestIdMaxLength, actual: length }];
}

function checkHeader(name: string, value: unknown): readonly ValidationIssue[] {
  if (/^[\x20-\x7e]*$/.test(String(value))) return [];
  return [issue(name, 'pattern', `${name} has characters that a header cannot hold. Use ASCII.`)];
}

function issue(field: string, keyword: string, message: string): ValidationIssue {
  return { field, keyword, message };
}
