import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { CliError } from './errors.js';

/** A certificate and its key, in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Creates a server of HTTP; of HTTPS where it has a certificate. */
export function createHttpServer(
  { tls, ...options }: ServerOptions & { readonly tls?: TlsPair | undefined },
  listener: RequestListener,
): Server {
  return tls === undefined ? createServer(options, listener) : createTlsServer({ ...options, ...tls }, listener);
}

/** Connections that wait to be accepted: with Node's 511 the kernel would reset the others of a crowd that logs in at once. */
export const backlog = 4096;

/** What this machine is called by where a server listens on all addresses, which are no address to call. */
const anyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * Starts to listen, and returns the URL to call, such as `http://127.0.0.1:4030`: where it listens on all addresses, that of
 * this machine.
 *
 * @throws {CliError} PORT_IN_USE, LISTEN_FAILED
 */
export async function listen(server: Server, port: number, host = '127.0.0.1'): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const message = taken ? `Port ${port} is taken.` : `Cannot listen on port ${port}: ${error.code}.`;
      reject(new CliError(message, { code: taken ? 'PORT_IN_USE' : 'LISTEN_FAILED', cause: error }));
    });
    server.listen({ port, host, backlog }, resolve);
  });
  const { address, port: bound } = server.address() as AddressInfo;
  const name = anyAddress[address] ?? address;
  const scheme = server instanceof TlsServer ? 'https' : 'http';
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${bound}`;
}
