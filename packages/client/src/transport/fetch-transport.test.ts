import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { toResponse } from '../http/convert.js';
import { createFetchTransport } from './fetch-transport.js';
import { createFetchOverProxy } from './proxy-agent.js';
import type { BodyTooLarge, HttpResponse } from './transport.js';

const request = { origin: 'https://api.example.com', path: '/', method: 'GET', headers: {}, body: null };

/** Resolves with what a response becomes, or rejects. */
function sent(response: Response): Promise<HttpResponse> {
  return new Promise((onResponse, onError) => {
    createFetchTransport(async () => response).send(request, { onResponse, onError });
  });
}

function withCookies(body: string, ...cookies: string[]): Response {
  return new Response(body, { headers: cookies.map((cookie): [string, string] => ['set-cookie', cookie]) });
}

it.each([[['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2']], [['a=1']], [[]]])(
  'each of the cookies %j of an answer is kept',
  async (cookies) => {
    expect(toResponse(await sent(withCookies('{}', ...cookies)))?.headers.getSetCookie()).toEqual(cookies);
  },
);

it('the cookies of an answer that is too long are kept', async () => {
  const failed = sent(withCookies('x'.repeat(2 ** 20 + 1), 'a=1', 'b=2')).catch((error: BodyTooLarge) => error);
  expect((await failed).headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

it('headers may be older than getSetCookie', async () => {
  const response = Object.defineProperty(withCookies('{}', 'a=1'), 'headers', {
    value: Object.assign(new Map([['set-cookie', 'a=1']]), { getSetCookie: undefined }),
  });
  expect((await sent(response)).headers).toEqual({ 'set-cookie': 'a=1' });
});

it('a body of several chunks is put together in their order', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of ['one', 'two', 'three']) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
  const { bytes } = await sent(new Response(body));
  expect(new TextDecoder().decode(bytes)).toBe('onetwothree');
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Has everything collected that nothing keeps: what a promise keeps goes a moment later. */
async function collectAll(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
}

/** Starts a server that never answers. */
async function startSilentServer() {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const nextSocket = async (): Promise<Socket> => (await once(server, 'connection'))[0];
  return { host: `127.0.0.1:${port}`, nextSocket, [Symbol.asyncDispose]: async () => void server.close() };
}

it('what is cancelled is let go of, also where its request has been collected', async () => {
  await using server = await startSilentServer();
  const connected = server.nextSocket();
  const origin = `http://${server.host}`;
  const cancel = createFetchTransport(fetch).send({ ...request, origin }, { onResponse() {}, onError() {} });
  const socket = await connected;
  await collectAll();
  cancel(undefined);
  await until(() => expect(socket.closed).toBe(true));
});

it.each([
  ['over it', 'http://api.example.com', ''],
  ['beside it', undefined, '127.0.0.1'],
])('a fetch with a proxy follows its signal %s, also once its request has been collected', async (_, url, noProxy) => {
  await using server = await startSilentServer();
  const connected = server.nextSocket();
  const proxy = { httpProxy: `http://${server.host}`, httpsProxy: '', noProxy, isOfEnvironment: false };
  const controller = new AbortController();
  const fetching = createFetchOverProxy(proxy, 600_000)(url ?? `http://${server.host}`, { signal: controller.signal });
  const failed = fetching.catch((error: unknown) => error);
  await connected;
  await collectAll();
  controller.abort();
  expect(await failed).toMatchObject({ name: 'AbortError' });
});
