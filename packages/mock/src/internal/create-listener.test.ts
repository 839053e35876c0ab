import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { issuePath } from '../../test/issue-request.js';
import { createListener } from './create-listener.js';
import { createPipeline } from './create-pipeline.js';
import { nexconnApi } from './nexconn-api.js';
import { resolveSettings } from './resolve-settings.js';

const limits = { headersTimeoutMs: 150, requestTimeoutMs: 300, checkIntervalMs: 25 };
let server: ReturnType<typeof createListener>;

beforeEach(async () => {
  server = createListener(nexconnApi, createPipeline(nexconnApi, resolveSettings({})).answer, limits);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Sends bytes as they are; gives what came back until the connection ended. */
function sendRaw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received)).on('error', reject);
    socket.write(bytes);
  });
}

function expectRefusal(received: string, status: number, code: number): void {
  const [head = '', body = ''] = received.split('\r\n\r\n', 2);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toMatch(/^content-type: application\/json; charset=utf-8$/im);
  expect(JSON.parse(body)).toEqual({ code, errorMessage: expect.any(String) });
}

it.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['a header without a name', 'POST / HTTP/1.1\r\n: x\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['a bad chunk', `POST ${issuePath} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
  ['a path that is not ASCII', 'GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['headers of 64 kB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(65_536)}\r\n\r\n`, 431],
  ['headers that do not end in time', 'GET / HTTP/1.1\r\nHost: a\r\n', 408],
  ['a body that does not end in time', `POST ${issuePath} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{`, 408],
])('answers %s in the shape of the API and closes the connection', async (_what, bytes, status) => {
  expectRefusal(await sendRaw(Buffer.from(bytes, 'latin1')), status, 1002);
});

it.each([
  ['no Host', 'GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n', 404, 404],
  [
    'an Expect that is not known',
    'GET /nowhere HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n',
    404,
    404,
  ],
  ['a whole URL as its target', `GET http://a${issuePath} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 405, 1007],
  ['two slashes at the start', `GET /${issuePath} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 404, 404],
  ['an asterisk as its target', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404, 404],
  ['encoded control bytes in its path', 'GET /%00%0a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404, 404],
])('answers a request with %s', async (_what, bytes, status, code) => {
  expectRefusal(await sendRaw(bytes), status, code);
});

it('answers pipelined requests, each in its turn', async () => {
  const request = `POST ${issuePath} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`;
  const last = 'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const received = await sendRaw(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${request}${request}${last}`);
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['404', '401', '401', '404'].map((status) => `HTTP/1.1 ${status}`));
});

it('stops reading a body that goes on and on', async () => {
  const head = `POST ${issuePath} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n`;
  const received = await sendRaw(Buffer.concat([Buffer.from(head), Buffer.alloc(10_100_000, ' ')]));
  expectRefusal(received, 413, 1005);
});

it('outlives a caller that leaves in the middle of its body', async () => {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST ${issuePath} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{`, () => socket.resetAndDestroy());
  await new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
  expect((await fetch(`http://127.0.0.1:${port}/nowhere`)).status).toBe(404);
});

it('cuts the connection when the log fails, and goes on', async () => {
  const settings = resolveSettings({
    log: () => {
      throw new Error('disk full');
    },
  });
  const failing = createListener(nexconnApi, createPipeline(nexconnApi, settings).answer, limits);
  await new Promise<void>((resolve) => failing.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(failing.address() as AddressInfo).port}/`;
  await expect(fetch(url)).rejects.toThrow(TypeError);
  await expect(fetch(url)).rejects.toThrow(TypeError);
  failing.closeAllConnections();
  await new Promise((resolve) => failing.close(resolve));
});
