import type { IncomingMessage, ServerResponse } from 'node:http';
import { callListener } from '../call-listener.js';
import { refuseOption } from '../errors.js';
import { createFailureReport } from '../handler/report-failures.js';
import { textOf } from '../handler/text-response.js';
import { createAdmission } from './admission.js';
import { endOfIteration } from './end-of-iteration.js';
import { streamOf, toRequest } from './to-request.js';

/** How many of a crowd start before the process gets to its other work. */
const maxStarts = 16;

/**
 * Returns a listener for `node:http` that answers with a token handler; Express takes it as a route as well.
 *
 * The handler's `authenticate` gets the incoming message behind the request, with what a session middleware put on it.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 * @example
 * createServer(toNodeListener(handler)).listen(4020);
 * app.all('/access-token', toNodeListener(handler));
 */
export function toNodeListener<Incoming extends IncomingMessage = IncomingMessage>(
  handler: (request: Request, incoming: Incoming) => Promise<Response>,
): (incoming: Incoming, outgoing: ServerResponse) => void {
  checkHandler(handler);
  const admit = createAdmission(maxStarts);
  const report = createFailureReport();

  async function answer(incoming: Incoming, outgoing: ServerResponse): Promise<void> {
    const request = toRequest(incoming);
    if (request === undefined) {
      outgoing.writeHead(400, { 'Cache-Control': 'no-store', ...(hasConnection(incoming) && { Connection: 'close' }) });
      outgoing.end();
      return;
    }
    await send(await handler(request, incoming), incoming, outgoing);
  }

  return function listenForTokenRequests(incoming, outgoing) {
    admit(() => {
      // The caller may have gone while the request waited.
      if (outgoing.destroyed || streamOf(incoming)?.destroyed) return;
      answer(incoming, outgoing).catch((error) => {
        outgoing.destroy();
        callListener('toNodeListener', report, { code: 'INTERNAL_ERROR', status: 500, userId: undefined, error });
      });
    });
  };
}

/** @throws {TokenServiceError} INVALID_OPTION */
export function checkHandler(handler: unknown): void {
  if (typeof handler !== 'function') refuseOption('handler', 'is no function. Pass what createTokenHandler returns.');
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = textOf(response) ?? Buffer.from(await response.arrayBuffer());
  await endOfIteration();
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) {
    // What a middleware has set before stays true.
    if (name === 'vary') outgoing.appendHeader(name, value);
    else outgoing.setHeader(name, value);
  }
  // The rest of an oversized body is not worth waiting for; any other is read, so that the connection can be used again.
  const isLast = response.status === 413 || isForLater(response) || isCutOff(response, incoming);
  if (isLast && hasConnection(incoming)) outgoing.setHeader('Connection', 'close');
  if (!incoming.readableEnded) incoming.resume();
  if (response.status !== 204) outgoing.setHeader('Content-Length', Buffer.byteLength(body));
  outgoing.end(body);
}

/** HTTP/2 has no such header: its connection is that of others, too. */
function hasConnection({ httpVersionMajor }: IncomingMessage): boolean {
  return httpVersionMajor === 1;
}

/** What was waited for in vain may never come, and would hold the connection for as long: a server may have no time limit. */
function isCutOff({ status }: Response, { complete }: IncomingMessage): boolean {
  return status === 400 && complete === false;
}

/** Node keeps an idle connection for five seconds; the connections of a crowd that comes back later only take memory. */
function isForLater({ status, headers }: Response): boolean {
  return status === 503 && Number(headers.get('retry-after')) >= 5;
}
