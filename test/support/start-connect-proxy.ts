import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A request for a tunnel, as it came. */
export interface AskedTunnel {
  /** Such as `api.example.com:443`. */
  readonly to: string;
  /** The `Proxy-Authorization`, where there was one. */
  readonly authorization: string | undefined;
}

/** A proxy that opens tunnels, on a free port of this machine. */
export interface ConnectProxy extends AsyncDisposable {
  readonly url: string;
  /** What it was asked for, in turn. */
  readonly asked: readonly AskedTunnel[];
  /** How many tunnels are open. */
  readonly open: () => number;
  /** How many connections are open, those to the servers included. */
  readonly connections: () => number;
}

/** How a proxy answers. */
export interface ConnectProxyOptions {
  /** Where every tunnel leads, whatever it was asked for: a URL. Default: where it was asked for. */
  readonly leadTo?: string;
  /** Returns the status of an answer; undefined for one that closes the connection without an answer, and null for one that never comes. */
  readonly answer?: ((asked: AskedTunnel) => number | undefined | null) | undefined;
}

/** Starts a proxy for `CONNECT`. */
export async function startConnectProxy({ leadTo, answer }: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const asked: AskedTunnel[] = [];
  const sockets = new Set<Socket>();
  const tunnels = new Set<Socket>();
  const keep = (socket: Socket): Socket =>
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(keep(socket)));
  server.on('connect', ({ url: to = '', headers }: IncomingMessage, from: Socket) => {
    const tunnel = { to, authorization: headers['proxy-authorization'] };
    asked.push(tunnel);
    const status = answer ? answer(tunnel) : 200;
    // A server of HTTP leaves the other half open.
    from.on('end', () => from.destroy());
    if (status === null) return void from.resume();
    if (status === undefined) return void from.destroy();
    if (status !== 200) return void from.end(`HTTP/1.1 ${status} Told by the proxy\r\ncontent-length: 0\r\n\r\n`);
    const target = new URL(leadTo ?? `http://${to}`);
    const through = keep(connect(Number(target.port), target.hostname));
    sockets.add(through);
    tunnels.add(from);
    from.on('close', () => {
      tunnels.delete(from);
      through.destroy();
    });
    through.on('close', () => from.destroy());
    through.once('connect', () => {
      from.write('HTTP/1.1 200 Connection established\r\n\r\n');
      from.pipe(through).pipe(from);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    open: () => tunnels.size,
    connections: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
