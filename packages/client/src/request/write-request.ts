import { createFinalURL, createQuerySerializer, defaultPathSerializer } from 'openapi-fetch';
import { type Call, type Init, noteSent } from '../call/call.js';
import { isSignatureHeader, type Settings } from '../resolve-options.js';
import type { Operation } from '../table-types.js';
import type { HttpRequest } from '../transport/transport.js';
import { checkBodyValue } from './check-body.js';
import { checkHeaders, checkParameters, identify, refuseIssues } from './check-parameters.js';

const serializers = { querySerializer: createQuerySerializer(), pathSerializer: defaultPathSerializer };

/**
 * Returns the request of a named method, written without the detour over a `Request`.
 *
 * @throws {NexconnRequestError} INVALID_REQUEST
 */
export function writeRequest(operation: Operation, given: unknown, call: Call, settings: Settings): HttpRequest {
  const { params, body } = splitRequest(operation, given);
  noteSent(call, { ...params.header, ...params.query, ...params.path }, settings);
  refuseIssues(checkParameters(operation, params), call);
  const headers = writeHeaders(params.header, call);
  const { method, path: template, parameters } = operation;
  const path = parameters.length === 0 ? template : createFinalURL(template, { baseUrl: '', params, ...serializers });
  if (!operation.body) return { origin: '', path, method, headers, body: null };
  const { text, issues } = checkBodyValue(body, call, settings);
  refuseIssues(issues, call);
  if (text === '') return { origin: '', path, method, headers, body: null };
  headers['Content-Type'] = operation.body.contentType;
  return { origin: '', path, method, headers, body: text };
}

function writeHeaders(given: Record<string, unknown>, call: Call): Record<string, string> {
  const headers: Record<string, string> = {};
  refuseIssues(checkHeaders(Object.entries(given)), call);
  for (const name in given) {
    const value = given[name];
    if (value !== undefined && value !== null && !isSignatureHeader(name)) headers[name] = String(value);
  }
  headers['X-Request-ID'] = identify(call.requestId ?? headers['X-Request-ID'], call);
  return headers;
}

/** Returns the parameters and the body of a flat request; a field that the document does not name goes into the body. */
export function splitRequest(
  operation: Operation,
  request: unknown,
): Pick<Init, 'body'> & { readonly params: Record<'path' | 'query' | 'header', Record<string, unknown>> } {
  const params = {
    path: {} as Record<string, unknown>,
    query: {} as Record<string, unknown>,
    header: {} as Record<string, unknown>,
  };
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return { params, body: request };
  if (operation.parameters.length === 0 && operation.body) return { params, body: request };
  const fields: Record<string, unknown> = { ...request };
  for (const { name, in: place } of operation.parameters) {
    if (!Object.hasOwn(fields, name)) continue;
    params[place][name] = fields[name];
    delete fields[name];
  }
  // An operation without a body gets none for an empty request, but does not swallow fields unseen.
  const hasBody = operation.body?.required || Object.keys(fields).length > 0;
  return hasBody ? { params, body: fields } : { params };
}
