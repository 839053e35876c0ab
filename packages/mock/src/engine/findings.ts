import type { Operation } from '@nexconn-kit/contract';
import type { IHttpRequest } from '@stoplight/prism-http';
import type { DiagnosticSeverity, IHttpOperation } from '@stoplight/types';
import type { Api, Issue } from '../document/api.js';
import { isJsonType } from '../document/lookup.js';
import { readHeaderValue } from '../forms/header-value.js';
import type { MockRequest } from '../http/types.js';
import { isReadForm } from './json-form.js';

/** What Prism says of an input that is wrong. */
export interface Finding {
  readonly code?: string | number;
  readonly message: string;
  readonly location?: readonly string[];
  readonly severity?: unknown;
}

/** Returns what is wrong with the query as a whole, where it is that, in the place of what Prism sees of it. */
export function ofWholeQuery(
  findings: readonly Finding[] | undefined,
  { wholeQuery }: MockRequest,
): readonly Finding[] | undefined {
  if (!findings || !wholeQuery) return findings;
  const told = wholeQuery.issues.map((issue) => toFinding(issue, ['query', wholeQuery.name]));
  return [...findings.filter(({ location }) => location?.[0] !== 'query'), ...told];
}

/** That of what is wrong; a parameter that is deprecated is only warned of. */
export const errorSeverity: DiagnosticSeverity.Error = 0;

/** Prism takes an empty header or query parameter for one that is absent, whatever its least length is. */
export function findEmpty(
  { request: expected }: IHttpOperation,
  { headers = {}, url: { query = {} } }: IHttpRequest,
): Finding[] {
  const mayNotBeEmpty = ({ schema }: { readonly schema?: { readonly minLength?: number | undefined } | undefined }) =>
    (schema?.minLength ?? 0) > 0;
  const inHeaders = (expected?.headers ?? []).filter(({ name }) => headers[name.toLowerCase()] === '');
  const inQuery = (expected?.query ?? []).filter(({ name }) => [query[name]].flat().includes(''));
  return [...inHeaders, ...inQuery].filter(mayNotBeEmpty).map(({ name }) => {
    return { code: 'minLength', message: `The parameter ${name} is empty; leave it out or give it a value` };
  });
}

/** Returns what Prism would say of an issue of ours. */
function toFinding({ field = '', keyword: code, message }: Issue, place: readonly string[]): Finding {
  const below = field === '' ? [] : field.split('.');
  return { location: [...place, ...below], severity: 'Error', code, message };
}

/**
 * Returns what is wrong with a body by the keywords that Prism does not know, such as `unevaluatedProperties`. A body of another
 * media type than the one that the validators are of is Prism's alone to judge.
 */
export function findUnseen(
  validators: Api['validators'],
  { operationId, body: described }: Operation,
  { headers }: Pick<MockRequest, 'headers'>,
  body: unknown,
): readonly Finding[] {
  if (!described || body === undefined) return [];
  const [sent, own] = [headers['content-type'] ?? '', described.contentType].map((type) => readHeaderValue(type).value);
  if (sent !== own || (!isJsonType(described.contentType) && !isReadForm(described, body))) return [];
  return (validators[operationId]?.(body) ?? []).map((issue) => toFinding(issue, ['body']));
}

/** Returns an operation that no request fits: Prism answers with what the document has for that. */
export function neverFit(operation: IHttpOperation): IHttpOperation {
  const { query = [] } = operation.request ?? {};
  const missing = { id: neverSent, name: neverSent, required: true, style: 'form', explode: true, schema: {} };
  return { ...operation, request: { ...operation.request, query: [...query, missing] } } as IHttpOperation;
}

const neverSent = 'what-no-query-has';
