import type { Call } from './call.js';
import { checkBody } from './check-body.js';
import { checkRequestId } from './check-parameters.js';
import { refuseIssues } from './refuse-issues.js';
import type { Settings } from './resolve-settings.js';

/** A request that can be signed and sent any number of times. */
export interface Message {
  readonly request: Request;
  readonly headers: Headers;
  readonly body: string | ArrayBuffer | null;
}

const requestIdHeader = 'X-Request-ID';

/**
 * Takes in what the middlewares made of the request, gives it an ID, and checks it.
 *
 * @throws {NexconnRequestError} INVALID_REQUEST
 */
export async function prepareMessage(request: Request, call: Call, settings: Settings): Promise<Message> {
  const headers = identify(request.headers, call);
  const isJson = call.operation?.body && /[/+]json\b/i.test(headers.get('content-type') ?? 'application/json');
  if (!isJson) return { request, headers, body: request.body && (await request.arrayBuffer()) };
  const { text, issues } = checkBody(await request.text(), call, settings);
  refuseIssues(issues, call);
  return { request, headers, body: text === '' ? null : text };
}

/** The ID belongs to the call, not to the attempt: all attempts of a call are found under one. */
function identify(given: Headers, call: Call): Headers {
  const headers = new Headers(given);
  const requestId = headers.get(requestIdHeader) ?? crypto.randomUUID();
  refuseIssues(checkRequestId(requestId), call);
  headers.set(requestIdHeader, requestId);
  call.sentRequestId = requestId;
  return headers;
}
