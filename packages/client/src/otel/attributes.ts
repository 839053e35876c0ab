import type { Attributes } from '@opentelemetry/api';
import type { CallInfo, NexconnEvent } from '../types.js';

type AttemptEvent = Extract<NexconnEvent, { type: 'attempt' }>;

const knownMethods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']);

/** Returns the name of a call in spans and metrics, without a path that is not the document's: it may hold anything. */
export function operationOf({ operationId, method }: CallInfo): string {
  return operationId ?? `${methodOf(method)} (undocumented)`;
}

/** Returns what the semantic conventions ask for of each HTTP request, in spans and in metrics. */
export function httpAttributes({ call, host, status, code }: AttemptEvent): Attributes {
  const { protocol, hostname, port } = new URL(host);
  return {
    'http.request.method': methodOf(call.method),
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    'nexconn.operation': operationOf(call),
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(code !== undefined && { 'error.type': status !== undefined && status >= 400 ? String(status) : code }),
  };
}

/** Returns what only a span can hold, since it differs from request to request. */
export function attemptAttributes({ call, host, attempt, apiCode }: AttemptEvent): Attributes {
  return {
    'url.full': host + (call.operationId === undefined ? '/REDACTED' : call.path.replace(/\{[^}]*\}/g, 'REDACTED')),
    'nexconn.attempt': attempt,
    ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
    ...(apiCode !== undefined && { 'nexconn.api_code': apiCode }),
  };
}

function methodOf(method: string): string {
  return knownMethods.has(method) ? method : '_OTHER';
}
