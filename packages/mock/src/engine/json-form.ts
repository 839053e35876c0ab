import type { IHttpRequest } from '@stoplight/prism-http';
import type { IHttpOperation } from '@stoplight/types';
import { readHeaderValue } from '../forms/header-value.js';
import { isFormType, isPartsType } from '../forms/read-form.js';
import { isLinesType } from '../http/stream-text.js';

/**
 * Returns an operation and a request with the fields of its form, or the list of its lines or parts, as JSON: Prism's own reader
 * of forms takes a header for another, dies of a file without a type, and knows no lists. What was not read as a form stays as it is.
 */
export function withJsonForm(operation: IHttpOperation, request: IHttpRequest): [IHttpOperation, IHttpRequest] {
  const { value: type } = readHeaderValue(request.headers?.['content-type'] ?? '');
  const content = operation.request?.body?.contents?.find(({ mediaType }) => readHeaderValue(mediaType).value === type);
  const isRead = isFormType(type) || isPartsType(type) || isLinesType(type);
  if (!isRead || typeof request.body === 'string' || !content) return [operation, request];
  const body = { ...operation.request?.body, contents: [{ ...content, mediaType: json, encodings: [] }] };
  return [
    { ...operation, request: { ...operation.request, body } } as IHttpOperation,
    { ...request, headers: { ...request.headers, 'content-type': json } },
  ];
}

const json = 'application/json';

/** Whether a body that is no JSON has a value of its own all the same, and is no text or file. */
export function isReadForm({ contentType }: { readonly contentType: string }, body: unknown): boolean {
  if (isLinesType(contentType)) return Array.isArray(body);
  return isFormType(contentType) || (isPartsType(contentType) && typeof body === 'object');
}
