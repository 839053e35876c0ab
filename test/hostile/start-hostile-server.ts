import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A request that has arrived, and what an honest answer to it is made of. */
export interface Asked {
  /** Its first line and its headers. */
  readonly head: string;
  readonly body: string;
  /** The body of the honest answer, in JSON, with a token that nobody has had before. */
  readonly good: () => string;
  /** The same body with these values, which are JSON, in place of the token and of who it is for; and with fields beside them. */
  readonly bodyWith: (values: BodyValues) => string;
  /** How many requests came over its connection before. */
  readonly earlier: number;
}

/** Values of the body of an answer, in JSON; what is left out is as in the honest one. */
export interface BodyValues {
  readonly token?: string;
  readonly user?: string;
  /** Such as `"more":1,`. */
  readonly fields?: string;
}

/** Writes the body of an answer to a request. */
export type WriteBody = (values: Required<BodyValues>, askedBody: string) => string;

/** A server that answers a request with whatever it is told to, or honestly. */
export interface HostileServer extends AsyncDisposable {
  readonly port: number;
  /** What answers from now on; undefined for honest answers, after which the connection is closed. */
  answer: ((socket: Socket, asked: Asked) => void) | undefined;
  /** What is done with a connection before anything has arrived over it. */
  onConnection: ((socket: Socket) => void) | undefined;
  /** The token that was given away last. */
  readonly lastToken: () => string;
  /** The first line and the headers of each request so far. */
  readonly heads: readonly string[];
  /** How many connections are open. */
  readonly open: () => number;
}

/** Starts a server of plain sockets on a free port. */
export async function startHostileServer(writeBody: WriteBody, userOf: (askedBody: string) => string) {
  const sockets = new Set<Socket>();
  const heads: string[] = [];
  let issued = 0;
  const lastToken = (): string => `T0ken-of-the-test-${issued}`;

  function answer(socket: Socket, head: string, body: string, earlier: number): void {
    heads.push(head);
    const next = (): string => {
      issued += 1;
      return JSON.stringify(lastToken());
    };
    const bodyWith = ({ token = next(), user = JSON.stringify(userOf(body)), fields = '' }: BodyValues): string =>
      writeBody({ token, user, fields }, body);
    const asked = { head, body, good: () => bodyWith({}), bodyWith, earlier };
    if (hostile.answer) hostile.answer(socket, asked);
    else socket.end(honest(asked, 'Connection: close'));
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    hostile.onConnection?.(socket);
    let earlier = 0;
    onRequest(socket, (head, body) => answer(socket, head, body, earlier++));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hostile: HostileServer = {
    port: (server.address() as AddressInfo).port,
    answer: undefined,
    onConnection: undefined,
    lastToken,
    heads,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return hostile;
}

/** Returns an honest answer with these headers beside its own. */
export function honest({ good }: Asked, ...headers: readonly string[]): Buffer {
  return write(good(), ...headers);
}

/** Returns an answer with the right length and content type, unless the headers name them. */
export function write(body: string | Buffer, ...headers: readonly string[]): Buffer {
  return writeStatus('200 OK', body, ...headers);
}

/** The same with a status of its own. */
export function writeStatus(status: string, body: string | Buffer, ...headers: readonly string[]): Buffer {
  const bytes = Buffer.from(body);
  const has = (name: RegExp): boolean => headers.some((header) => name.test(header));
  const head = [
    `HTTP/1.1 ${status}`,
    ...(has(/^content-type/i) ? [] : ['Content-Type: application/json; charset=utf-8']),
    ...headers,
    ...(has(/^(content-length|transfer-encoding)/i) ? [] : [`Content-Length: ${bytes.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** Calls back with each request that has arrived whole, one after the other. */
function onRequest(socket: Socket, take: (head: string, body: string) => void): void {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    for (;;) {
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = text.slice(0, end);
      const length = Number(/^content-length: *(\d+)\r?$/im.exec(head)?.[1] ?? 0);
      const body = text.slice(end + 4, end + 4 + length);
      if (body.length < length) return;
      text = text.slice(end + 4 + length);
      take(head, body);
    }
  });
}
