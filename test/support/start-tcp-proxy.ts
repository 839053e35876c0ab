import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What stands between a client and its server, and can fail as a network does. */
export interface TcpProxy extends AsyncDisposable {
  /** The URL of the server, through the proxy. */
  readonly url: string;
  /** Passes nothing on any more over the connections that there are, and keeps them open; new ones work. */
  readonly silence: () => void;
  /** Leads new connections to another server. */
  readonly leadTo: (serverUrl: string) => void;
}

/** Starts a proxy of a server on a free port. */
export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  let target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.port = `${(server.address() as AddressInfo).port}`;

  return {
    url: url.href,
    silence() {
      for (const socket of sockets) {
        socket.unpipe();
        // What comes is taken and lost.
        socket.resume();
      }
    },
    leadTo(newUrl) {
      target = new URL(newUrl);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
