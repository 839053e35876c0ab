import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine that passes requests on. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
}

/** What belongs to a connection, and not to the request. */
const ofConnection = new Set(['host', 'connection', 'transfer-encoding', 'content-length']);

/**
 * Starts a proxy that passes each request on as it is, but for the headers that prove who sends it: no program that draws
 * requests from a document knows how to make those.
 */
export async function startProxy(
  url: string,
  isProof: (name: string) => boolean,
  prove: () => Promise<Record<string, string>> | Record<string, string>,
): Promise<Proxy> {
  const target = new URL(url);

  function others(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name) && !isProof(name)));
  }

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const body = Buffer.concat(chunks);
      const { method, url: path = '/' } = incoming;
      const headers = { ...others(incoming.headers), ...(await prove()), 'content-length': `${body.length}` };
      const onward = send({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
