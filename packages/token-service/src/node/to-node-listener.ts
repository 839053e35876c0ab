import type { IncomingMessage, ServerResponse } from 'node:http';
import { createTurnstile } from './admission.js';
import { toRequest } from './to-request.js';

/** As many requests as are there mostly, or so many milliseconds' work: the other work of the process waits that long. */
const turn = { most: 16, turnMs: 2 };

/**
 * Makes of a token handler a listener for `node:http`, which Express takes for a route as well.
 *
 * The handler's `authenticate` gets the incoming message behind the request: what a session middleware put on it is there.
 *
 * @example
 * createServer(toNodeListener(handler)).listen(4020);
 * app.all('/access-token', toNodeListener(handler));
 */
export function toNodeListener<Incoming extends IncomingMessage = IncomingMessage>(
  handler: (request: Request, incoming: Incoming) => Promise<Response>,
): (incoming: Incoming, outgoing: ServerResponse) => void {
  const startInTurn = createTurnstile(turn);

  async function answer(incoming: Incoming, outgoing: ServerResponse): Promise<void> {
    const request = toRequest(incoming);
    if (request === undefined) {
      outgoing.writeHead(400, { 'Cache-Control': 'no-store', Connection: 'close' }).end();
      return;
    }
    await send(await handler(request, incoming), incoming, outgoing);
  }

  return function listenForTokenRequests(incoming, outgoing) {
    startInTurn(() => {
      // Nothing can be told any more to a caller who has gone.
      if (outgoing.destroyed) return;
      answer(incoming, outgoing).catch(() => outgoing.destroy());
    });
  };
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) {
    // What a middleware said of the answer before stays true.
    if (name === 'vary') outgoing.appendHeader(name, value);
    else outgoing.setHeader(name, value);
  }
  // The rest of an oversized body is not worth waiting for; any other is read, so that the connection can go on.
  const isLast = response.status === 413 || isForLater(response);
  // A later version of HTTP knows no such header.
  if (isLast && incoming.httpVersionMajor === 1) outgoing.setHeader('Connection', 'close');
  if (!incoming.readableEnded) incoming.resume();
  if (response.status !== 204) outgoing.setHeader('Content-Length', body.length);
  outgoing.end(body);
}

/** Node keeps an idle connection for five seconds; a crowd that comes back later needs no memory until then. */
function isForLater({ status, headers }: Response): boolean {
  return status === 503 && Number(headers.get('retry-after')) >= 5;
}
