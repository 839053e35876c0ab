import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from './errors.js';

/** Connections that wait to be accepted: with Node's 511 the kernel would reset the others of a crowd that logs in at once. */
const backlog = 4096;

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
  return `http://${name.includes(':') ? `[${name}]` : name}:${bound}`;
}
