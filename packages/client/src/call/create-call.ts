import { operations } from '../generated/nexconn/tables.gen.js';
import { checkRequestId } from '../request/check-parameters.js';
import { refuseIssues } from '../request/refuse-issues.js';
import { checkLane, checkNumber, resolveBaseUrl, type Settings } from '../resolve-options.js';
import type { Operation } from '../table-types.js';
import type { Transport } from '../transport/transport.js';
import type { CallOptions } from '../types.js';
import type { Call } from './call.js';

/** What is asked for in one call. */
export interface CallRequest extends CallOptions {
  readonly method: string;
  /** The path of the document, with its `{…}` in place. */
  readonly path: string;
  readonly baseUrl?: string | undefined;
  readonly send: Transport;
}

/** Finds an operation of the document; undefined where it has none at this method and path. */
export function findOperation(method: string, path: string): Operation | undefined {
  return operations.find((each) => each.method === method && each.path === path);
}

/** Finds an operation of the document by its name. */
export function findNamed(operationId: string): Operation | undefined {
  return operations.find((each) => each.operationId === operationId);
}

/**
 * Makes a call out of what is asked for and the client's defaults.
 *
 * @throws {NexconnConfigurationError} INVALID_CONFIGURATION
 * @throws {NexconnRequestError} INVALID_REQUEST
 */
export function createCall(operation: Operation | undefined, request: CallRequest, settings: Settings): Call {
  const { method, path, send, signal, requestId, baseUrl, timeoutMs, deadlineMs, onAccepted } = request;
  const { lane = 'interactive' } = request;
  checkLane(lane);
  const call: Call = {
    operation,
    method,
    title: operation?.operationId ?? `${method} ${path}`,
    info: { operationId: operation?.operationId, method, path, lane },
    send,
    timeoutMs: timeoutMs === undefined ? settings.timeoutMs : checkNumber('timeoutMs', timeoutMs),
    deadlineMs: deadlineMs === undefined ? settings.deadlineMs : checkNumber('deadlineMs', deadlineMs),
    lane,
    signal,
    requestId,
    onAccepted,
    baseUrl: baseUrl === undefined ? undefined : resolveBaseUrl(baseUrl, settings.dangerouslyAllowHttp),
    sentRequestId: undefined,
    attempts: 0,
    answered: undefined,
  };
  if (requestId !== undefined) refuseIssues(checkRequestId(requestId), call);
  return call;
}
