import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assembleMock } from './assemble-mock.js';
import { MockError } from './errors.js';
import { type ListenSettings, resolveListenOptions } from './resolve-options.js';
import { createListener } from './server/listener.js';
import { clearTimeout, setTimeout } from './system-time.js';
import type { RunningMock, StartMockOptions } from './types.js';

/** How long answers under way have to reach their callers before their connections are cut. */
const closeGraceMs = 30;

/** What this machine is called by where it listens on all addresses, which are no address to call. */
const anyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * Starts a mock of the Nexconn Server API on a port; resolves when it can answer at full speed.
 *
 * @throws {MockError} `INVALID_OPTION`, `INVALID_DOCUMENT`, `PORT_IN_USE`, or `LISTEN_FAILED` for any other reason not to
 *   listen
 * @see spec/nexconn/openapi.yaml
 * @example
 * await using mock = await startMock({ port: 0 });
 * const client = createNexconnClient({ appKey: mock.appKey, appSecret: mock.appSecret, baseUrl: mock.url });
 */
export async function startMock(options: StartMockOptions = {}): Promise<RunningMock> {
  const address = resolveListenOptions(options);
  const mock = assembleMock(options, address.host);
  const { tls, keepAliveTimeoutMs } = address;
  const listenerOptions = { onRefused: mock.record, tls, keepAliveTimeoutMs };
  const server = makeServer(() => createListener(mock.api, mock.answer, listenerOptions));
  // The port first: it fails at once if it fails, while loading Prism takes half a second.
  const url = await listen(server, address);
  const close = closeOnce(server, mock.endWaits);
  try {
    await mock.prepare();
  } catch (error) {
    await close();
    throw error;
  }
  const { console, useDocument, currentAppSecret, exportState } = mock;
  return mock.withCredentials({
    url,
    console,
    useDocument,
    currentAppSecret,
    exportState,
    close,
    [Symbol.asyncDispose]: close,
  });
}

/** @throws {MockError} INVALID_OPTION */
function makeServer(make: () => Server): Server {
  try {
    return make();
  } catch (cause) {
    // The error of OpenSSL has no part of the key.
    const message = 'The option tls is no certificate with its key. Pass both in PEM, the key without a password.';
    throw new MockError(message, { code: 'INVALID_OPTION', cause });
  }
}

function listen(server: Server, { port, host, tls }: ListenSettings): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, port, host)));
    server.listen(port, host, () => {
      const bound = server.address() as AddressInfo;
      const reachable = anyAddress[bound.address] ?? bound.address;
      const name = bound.family === 'IPv6' ? `[${reachable}]` : reachable;
      resolve(`${tls === undefined ? 'http' : 'https'}://${name}:${bound.port}`);
    });
  });
}

function explainListenError(error: NodeJS.ErrnoException, port: number, host: string): MockError {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is taken. Choose another with the option port; 0 takes any free one.`;
    return new MockError(message, { code: 'PORT_IN_USE', cause: error });
  }
  const message = `Cannot listen on ${host}, port ${port}: ${error.code}. Choose another host or port.`;
  return new MockError(message, { code: 'LISTEN_FAILED', cause: error });
}

function closeOnce(server: Server, endWaits: () => void): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
      server.close(() => {
        clearTimeout(cut);
        // After the connections: a caller over HTTP that waits is cut off, as any other.
        endWaits();
        resolve();
      });
    });
    return closing;
  };
}
