import { createFinalURL, createQuerySerializer, defaultPathSerializer } from 'openapi-fetch';
import type { Call } from '../call/call.js';
import type { Settings } from '../resolve-options.js';
import type { Operation } from '../table-types.js';
import { checkBodyValue } from './check-body.js';
import { checkParameters } from './check-parameters.js';
import type { Message } from './message.js';
import { refuseIssues } from './refuse-issues.js';
import { identify } from './request-id.js';
import { splitRequest } from './split-request.js';

const serializers = { querySerializer: createQuerySerializer(), pathSerializer: defaultPathSerializer };

/**
 * Writes a request of a named method, without the detour over a `Request`.
 *
 * @throws {NexconnRequestError} INVALID_REQUEST
 */
export function writeMessage(operation: Operation, request: unknown, call: Call, settings: Settings): Message {
  const { params, body } = splitRequest(operation, request);
  refuseIssues(checkParameters(operation, params), call);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(params.header)) {
    if (value !== undefined && value !== null) headers[name] = String(value);
  }
  headers['X-Request-ID'] = identify(call.requestId ?? headers['X-Request-ID'], call);
  const { method, path, parameters } = operation;
  const target = parameters.length === 0 ? path : createFinalURL(path, { baseUrl: '', params, ...serializers });
  const head = { method, target, host: undefined, headers };
  if (!operation.body) return { ...head, body: null };
  const { text, issues } = checkBodyValue(body, call, settings);
  refuseIssues(issues, call);
  if (text === '') return { ...head, body: null };
  headers['Content-Type'] = operation.body.contentType;
  return { ...head, body: text };
}
