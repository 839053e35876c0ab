import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on a free port that keeps what it received. */
export interface Listener extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
}

/** Answers one request. */
export type Answerer = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

/** The answer of the API to a good request. */
export const issued = { code: 0, result: { userId: 'jlk456j5', accessToken: ' +/=@;. token ' } };

/** Starts a server that answers every request in the same way; with a keep-alive timeout of 0 it closes no idle connection. */
export async function startServer(answer: Answerer, keepAliveTimeoutMs = 5_000): Promise<Listener> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const entry = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
    received.push(entry);
    answer(response, entry, request);
  });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, received, [Symbol.asyncDispose]: close };
}

/** Answers with a JSON body. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answerer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Answers as the API does to a good request of any user. */
export const issuing: Answerer = (response, received, request) => {
  const { userId } = JSON.parse(received.body) as { userId: string };
  json(200, { code: 0, result: { ...issued.result, userId } })(response, received, request);
};

/** Answers with a body as it is. */
export function raw(status: number, body: string, headers: Record<string, string> = {}): Answerer {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}
