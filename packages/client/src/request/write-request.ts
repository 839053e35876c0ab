import { type Call, type Init, noteSent } from '../call/call.js';
import type { Settings } from '../resolve-options.js';
import type { Operation } from '../table-types.js';
import type { HttpRequest } from '../transport/transport.js';
import { checkBodyValue } from './check-body.js';
import { checkHeaders, checkParameters, identify, refuseIssues } from './check-parameters.js';

/**
 * Returns the request of a named method, written without the detour over a `Request`; a promise of it where its body takes one.
 *
 * @throws {NexconnRequestError} INVALID_REQUEST
 */
export function writeRequest(
  operation: Operation,
  given: unknown,
  call: Call,
  settings: Settings,
): HttpRequest | Promise<HttpRequest> {
  const { params, body } = splitRequest(operation, given);
  noteSent(call, { ...params.header, ...params.query, ...params.path }, settings);
  refuseIssues(checkParameters(operation, params, settings), call);
  const { method, path: template, write, accept, body: documented } = operation;
  const texts = {};
  const path = write ? write(operation, params, texts, (issues) => refuseIssues(issues, call)) : template;
  const headers = writeHeaders({ ...params.header, ...texts }, call);
  if (accept) headers.accept = accept;
  const written = documented && (documented.write ?? checkBodyValue)(body, call, settings);
  refuseIssues(written?.issues ?? [], call);
  const request = { origin: '', path, method, headers, body: null };
  if (!documented || !written || written.text === '') return request;
  headers['Content-Type'] = documented.contentType;
  const { finish } = written;
  if (!finish) return { ...request, body: written.text };
  return finish().then(({ bytes, contentType }) => {
    headers['Content-Type'] = contentType;
    return { ...request, body: bytes };
  });
}

function writeHeaders(given: Record<string, unknown> = {}, call: Call): Record<string, string> {
  const headers: Record<string, string> = {};
  refuseIssues(checkHeaders(Object.entries(given)), call);
  for (const name of Object.keys(given)) {
    const value = given[name] ?? undefined;
    if (value !== undefined && !call.api.isOwnHeader(name)) headers[name] = String(value);
  }
  headers['X-Request-ID'] = identify(call.requestId ?? headers['X-Request-ID'], call);
  return headers;
}

/** Returns the parameters and the body of a flat request; a field that the document does not name goes into the body. */
export function splitRequest(
  { parameters, body }: Pick<Operation, 'parameters' | 'body'>,
  request: unknown,
): Pick<Init, 'body'> & { readonly params: Params } {
  const params: Params = {};
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return { params, body: request };
  if (parameters.length === 0 && body && !body.field) return { params, body: request };
  const fields: Record<string, unknown> = { ...request };
  for (const { name, in: place, field = name } of parameters) {
    if (!Object.hasOwn(fields, field)) continue;
    // Without a prototype: a parameter `constructor` is there only where it is given.
    params[place] ??= { __proto__: null };
    params[place][name] = fields[field];
    delete fields[field];
  }
  if (body?.field) return { params, body: fields[body.field] };
  // An operation without a body gets none for an empty request, but does not swallow fields unseen.
  const hasBody = body?.required || Object.keys(fields).length > 0;
  return hasBody ? { params, body: fields } : { params };
}

type Params = { [Place in Operation['parameters'][number]['in']]?: Record<string, unknown> };
