import type { Operation } from '../table-types.js';

/** The parts of a request that `openapi-fetch` takes. */
export interface SplitRequest {
  readonly params: Readonly<Record<'path' | 'query' | 'header', Record<string, unknown>>>;
  readonly body?: unknown;
}

/** Sorts a flat request into parameters and body; a field that the document does not name goes into the body. */
export function splitRequest(operation: Operation, request: unknown): SplitRequest {
  const params: SplitRequest['params'] = { path: {}, query: {}, header: {} };
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return { params, body: request };
  if (operation.parameters.length === 0 && operation.body) return { params, body: request };
  const fields: Record<string, unknown> = { ...request };
  for (const { name, in: place } of operation.parameters) {
    if (Object.hasOwn(fields, name)) params[place][name] = fields[name];
    delete fields[name];
  }
  // An operation without a body gets none for an empty request, but does not swallow fields unseen.
  const hasBody = operation.body?.required || Object.keys(fields).length > 0;
  return hasBody ? { params, body: fields } : { params };
}
