import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isLoopback } from '../command-line/endpoint.js';

/**
 * Returns a listener that pages of this machine, and of its address on a network where it listens there, may call from any port, as those of a development server do. What a browser says
 * of such a page is taken off its request: by that the endpoint would refuse it, as a page of another origin.
 */
export function admitLoopbackPages(listener: RequestListener, ownAddress?: string): RequestListener {
  return function listenForAnyPort(request, response) {
    const { origin } = request.headers;
    if (origin === undefined || !isOwnOrigin(origin, ownAddress)) return listener(request, response);
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After, X-Request-ID');
    if (isPreflight(request)) return answerPreflight(request, response);
    delete request.headers.origin;
    delete request.headers['sec-fetch-site'];
    return listener(request, response);
  };
}

function isOwnOrigin(origin: string, ownAddress: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return /^https?:$/.test(protocol) && (isLoopback(hostname) || hostname === ownAddress);
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  const wanted = headers['access-control-request-headers'];
  // Without credentials: who calls is what the header says, and no cookie.
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'POST',
    ...(wanted !== undefined && { 'Access-Control-Allow-Headers': wanted }),
    'Cache-Control': 'no-store',
    Vary: 'Origin, Access-Control-Request-Headers',
  });
  response.end();
}
