import type { IHttpRequest } from '@stoplight/prism-http';
import type { IHttpOperation } from '@stoplight/types';
import { asObject } from '../document/lookup.js';
import { readHeaderValue } from '../forms/header-value.js';
import { isFormType, isPartsType } from '../forms/read-form.js';
import { isLinesType } from '../http/stream-text.js';

/**
 * Returns an operation and a request with the fields of its form, or the list of its lines or parts, as JSON: Prism's own reader of forms takes a header for another,
 * dies of a file without a type, and knows no lists. What was not read as a form stays as it is.
 */
export function withJsonForm(operation: IHttpOperation, request: IHttpRequest): [IHttpOperation, IHttpRequest] {
  const { value: type } = readHeaderValue(request.headers?.['content-type'] ?? '');
  const content = operation.request?.body?.contents?.find(({ mediaType }) => readHeaderValue(mediaType).value === type);
  const isRead = isFormType(type) || isPartsType(type) || isLinesType(type);
  if (!isRead || typeof request.body === 'string' || !content) return [operation, request];
  // That of JSON stays as Prism reads it.
  const written = isPartsType(type) ? { ...content, schema: withTuple(content.schema) } : content;
  const body = { ...operation.request?.body, contents: [{ ...written, mediaType: json, encodings: [] }] };
  return [
    { ...operation, request: { ...operation.request, body } } as IHttpOperation,
    { ...request, headers: { ...request.headers, 'content-type': json } },
  ];
}

/** Prism reads schemas of an older draft, which has other words for what stands at each place of a list. */
function withTuple(schema: unknown): unknown {
  const { prefixItems, items, ...others } = asObject(schema);
  return prefixItems === undefined
    ? schema
    : { ...others, items: prefixItems, ...(items !== undefined && { additionalItems: items }) };
}

const json = 'application/json';
