import { assembleMock } from './assemble-mock.js';
import { refuseOption } from './errors.js';
import { cutFetch } from './faults/cut-answer.js';
import { bodilessStatuses } from './http/finish-answer.js';
import type { MockAnswer, MockRequest } from './http/types.js';
import type { Mock, MockOptions } from './types.js';

/**
 * Returns a mock of the Nexconn Server API that answers requests handed to it, without a port.
 *
 * Prism is loaded by the first request whose answer the document does not settle.
 *
 * @throws {MockError} `INVALID_OPTION`
 * @see spec/nexconn/openapi.yaml
 * @example
 * const mock = createMock();
 * const response = await mock.fetch(new Request('http://mock/v4/auth/access-token/issue', { method: 'POST', headers, body }));
 */
export function createMock(options: MockOptions = {}): Mock {
  const { answer, console, useDocument, currentAppSecret, exportState, withCredentials } = assembleMock(options);
  return withCredentials({
    console,
    useDocument,
    currentAppSecret,
    exportState,
    fetch: async (request: Request) => {
      // Not by its class, which is another one in a polyfill.
      if (typeof request?.signal !== 'object') refuseOption('request', 'is no Request. Pass new Request(url, init).');
      if (!URL.canParse(request.url))
        refuseOption('request', 'has an address without a host. Pass new Request(url, init).');
      request.signal.throwIfAborted();
      const answered = await answer(toMockRequest(request));
      request.signal.throwIfAborted();
      return answered.cut ? cutFetch(request, answered, answered.cut) : toResponse(answered, request.method);
    },
  });
}

function toMockRequest(request: Request): MockRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(request.headers),
    body: request.body,
    onGone: (listener) => request.signal.addEventListener('abort', listener, { once: true }),
  };
}

function toResponse({ status, headers, body }: MockAnswer, method: string): Response {
  // The constructor refuses a body, even an empty one, with these statuses.
  const bodiless = method === 'HEAD' || bodilessStatuses.has(status);
  return new Response(bodiless ? null : body, { status, headers });
}
