import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withCredentials } from './assemble-mock.js';
import { attachConsole } from './console/attach-console.js';
import { toApi } from './document/api.js';
import { nexconnApi } from './document/nexconn-api.js';
import { createDocumentSwitch } from './document-switch.js';
import { MockError } from './errors.js';
import { createEarlyRecord } from './pipeline/early-record.js';
import { type ListenSettings, resolveListenSettings, resolveSettings } from './resolve-options.js';
import { withCors } from './server/cors.js';
import { createListener } from './server/listener.js';
import type { RunningMock, StartMockOptions } from './types.js';

/** Lets answers under way reach their callers; a connection that is still open after it is cut. */
const closeGraceMs = 30;

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
  const settings = resolveSettings(options);
  const address = resolveListenSettings(options);
  const pipeline = createDocumentSwitch(options.document ? toApi(options.document) : nexconnApi, settings);
  const record = createEarlyRecord(pipeline, settings);
  const { console, answer } = attachConsole(pipeline, withCors(pipeline.answer, settings, record), address.host);
  const server = createListener(pipeline.api, answer, { onRefused: record });
  // First the port, which fails at once if it fails; loading Prism, where that is needed, takes half a second.
  const url = await listen(server, address);
  const close = closeOnce(server);
  try {
    await pipeline.prepare();
  } catch (error) {
    await close();
    throw error;
  }
  const { useDocument } = pipeline;
  return withCredentials(settings, { url, console, useDocument, close, [Symbol.asyncDispose]: close });
}

function listen(server: Server, { port, host }: ListenSettings): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, port, host)));
    server.listen(port, host, () => {
      const bound = server.address() as AddressInfo;
      resolve(`http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`);
    });
  });
}

function explainListenError(error: NodeJS.ErrnoException, port: number, host: string): MockError {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is taken. Choose another with --port or the option port; 0 takes any free one.`;
    return new MockError('PORT_IN_USE', message, { cause: error });
  }
  const message = `Cannot listen on ${host}, port ${port}: ${error.code}. Choose another host or port.`;
  return new MockError('LISTEN_FAILED', message, { cause: error });
}

function closeOnce(server: Server): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
    });
    return closing;
  };
}
