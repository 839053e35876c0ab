import { AsyncLocalStorage } from 'node:async_hooks';
import { connect } from 'node:net';
import { createTokenHandler } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { afterAll, expect, it } from 'vitest';
import { createLog } from './log.js';
import { createMetrics } from './metrics.js';
import { type ServeServer, startServeServer } from './server.js';

const token = { accessToken: 't', expiresInSeconds: null };
const metrics = createMetrics();
/** The most requests that were under way when a token was given. */
let most = 0;
const tokens = {
  async get() {
    most = Math.max(most, metrics.inFlight());
    await new Promise((resolve) => setImmediate(resolve));
    return token;
  },
};
const logged: string[] = [];
/** Only for the tests of these limits: a busy machine may exceed them with a good request. */
const impatient = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 25 };
const servers: ServeServer[] = [];

async function startServer(patience?: typeof impatient): Promise<string> {
  const authenticate = () => ({ userId: 'jlk456j5', name: 'Ada' });
  const server = await startServeServer({
    ...{ host: '127.0.0.1', port: 0, isThisMachineOnly: false },
    ...(patience && { patience }),
    listener: toNodeListener(createTokenHandler(tokens as never, { authenticate, requestsPerMinute: 1_000_000 })),
    metrics,
    check: async () => {},
    log: createLog({ write: (line: string) => logged.push(line) }, 'debug'),
    requestIds: new AsyncLocalStorage<string>(),
  });
  servers.push(server);
  return server.url;
}
afterAll(() => Promise.all(servers.map((server) => server.drain({ delayMs: 0, timeoutMs: 1 }))));

/** Sends some bytes and no more; resolves to what came back once the server has closed the connection. */
function sendAndWait(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
  });
}

const head = 'POST /access-token HTTP/1.1\r\nHost: localhost\r\n';

it.each([
  ['half of its request line', 'POST /acc'],
  ['half of its headers', head],
  ['half of its body', `${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`],
  ['half of a chunk', `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{`],
])('lets go of a caller that sends %s and waits', async (_, text) => {
  expect(await sendAndWait(await startServer(impatient), text)).toMatch(/^HTTP\/1\.1 408 /);
  expect(logged.join('')).not.toMatch(/"level":"error"|\n {4}at /);
});

it('answers few requests of one connection at a time, and in the end all of them', async () => {
  const total = 10_000;
  const last = `${head}Connection: close\r\nContent-Length: 0\r\n\r\n`;
  const received = await sendAndWait(await startServer(), `${head}Content-Length: 0\r\n\r\n`.repeat(total - 1) + last);
  expect(received.match(/HTTP\/1\.1 200 /g)?.length).toBe(total);
  // What 64 KiB hold, and a few.
  expect(most).toBeLessThan(1_500);
});
