import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from '../../test/support/make-source.js';
import {
  createTokenSource,
  type EndpointTokenOptions,
  type TokenRequestHeaders,
  type TokenSourceEvent,
} from '../index.js';
import { readText } from './fetch-from-endpoint.js';

type Answer = (response: ServerResponse) => void;

let server: Server;
let endpoint: string;
let answers: Answer[] = [];
const requests: { request: IncomingMessage; body: string }[] = [];
const body = { userId: 'ada', accessToken: 'a+/=@;.', expiresInSeconds: 3600 };
const json =
  (value: unknown): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end('{}');

function ofBytes(length: number): Answer {
  return (response) => void response.end(JSON.stringify(body).padEnd(length));
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    requests.push({ request, body: text });
    (answers.shift() ?? json(body))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/access-token`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = [];
  requests.length = 0;
  // No back-off has to be sat out.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => void vi.restoreAllMocks());

const source = (options: Partial<EndpointTokenOptions> = {}) => createTokenSource({ endpoint, ...options });

it('posts JSON with the headers of the app, and no token in the URL', async () => {
  const headers = async () => ({ Authorization: 'Bearer login' });
  const tokens = source({ headers, endpoint: new URL(endpoint) });
  expect(await tokens.get()).toBe(body.accessToken);
  answers = [json({ ...body, accessToken: 'b' })];
  expect(await tokens.reject(body.accessToken)).toBe('b');
  expect(requests.map((each) => JSON.parse(each.body))).toEqual([{}, { rejectedToken: body.accessToken }]);
  for (const { request } of requests) {
    expect(request).toMatchObject({ method: 'POST', url: '/access-token' });
    expect(request.headers).toMatchObject({
      authorization: 'Bearer login',
      accept: 'application/json',
      'content-type': 'application/json',
    });
  }
});

it('uses the fetch that it is given, with the credentials', async () => {
  const inits: unknown[] = [];
  const fetch: typeof globalThis.fetch = async (_input, init) => {
    inits.push(init);
    return Response.json(body);
  };
  await source({ fetch, credentials: 'include', headers: { 'X-App': '1' } }).get();
  const rest = { method: 'POST', cache: 'no-store', redirect: 'manual', signal: expect.any(AbortSignal) };
  expect(inits).toMatchObject([{ ...rest, credentials: 'include', headers: { 'x-app': '1' } }]);
  await source({ fetch }).get();
  expect(inits[1]).toMatchObject({ ...rest, credentials: 'same-origin' });
});

it.each<[string, TokenRequestHeaders]>([
  ['a Headers', new Headers({ Authorization: 'Bearer login', 'X-App': '1' })],
  [
    'pairs of names and values',
    [
      ['Authorization', 'Bearer login'],
      ['x-app', '1'],
    ],
  ],
  [
    'a Map',
    new Map([
      ['Authorization', 'Bearer login'],
      ['x-app', '1'],
    ]),
  ],
  ['a record', { authorization: 'Bearer login', 'X-App': '1' }],
  [
    'names of our own headers',
    { authorization: 'Bearer login', 'X-App': '1', Accept: 'text/html', 'Content-Type': 'a/b' },
  ],
])('sends the headers of the app, given as %s', async (_, headers) => {
  for (const given of [headers, () => headers, async () => headers]) await source({ headers: given }).get();
  for (const { request } of requests) {
    const sent = {
      authorization: 'Bearer login',
      'x-app': '1',
      accept: 'application/json',
      'content-type': 'application/json',
    };
    expect(request.headers).toMatchObject(sent);
  }
  expect(requests).toHaveLength(3);
});

it('obeys Retry-After of a real answer', async () => {
  answers = [status(503, { 'retry-after': '0.02' })];
  const events: TokenSourceEvent[] = [];
  expect(await source({ onEvent: (event) => events.push(event) }).get()).toBe(body.accessToken);
  expect(events).toMatchObject([
    { type: 'attempt-failed', attempt: 1, waitMs: 20, error: { status: 503, retryAfterMs: 20 } },
    { type: 'fetched', attempts: 2 },
  ]);
});

it.each([
  [status(401), { code: 'LOGIN_REQUIRED', status: 401 }],
  [status(403), { code: 'LOGIN_REQUIRED', status: 403 }],
  [status(404), { code: 'REFUSED', status: 404 }],
  [status(302, { location: '/log-in' }), { code: 'REFUSED', status: 302 }],
  [(response: ServerResponse) => void response.end('<!doctype html>'), { code: 'MALFORMED_ANSWER' }],
  [(response: ServerResponse) => void response.end('{"accessToken":"secret",'), { code: 'MALFORMED_ANSWER' }],
  [json({ ...body, padding: 'x'.repeat(70_000) }), { code: 'MALFORMED_ANSWER' }],
  [ofBytes(65_537), { code: 'MALFORMED_ANSWER' }],
])('ends after one request where another cannot help (%#)', async (answer, expected) => {
  answers = [answer];
  const error = await failureOf(source().get());
  expect(error).toMatchObject(expected);
  expect(String(error.stack)).not.toContain('secret');
  expect(requests).toHaveLength(1);
});

it('takes an answer of 64 KiB, in however many pieces, and characters that are cut between two', async () => {
  answers = [ofBytes(65_536)];
  expect(await source().get()).toBe(body.accessToken);
  const bytes = Buffer.from(JSON.stringify({ ...body, accessToken: 'ß€😀' }));
  answers = [
    async (response) => {
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      response.end();
    },
  ];
  expect(await source().get()).toBe('ß€😀');
});

it('ends an answer that does not end', async () => {
  answers = [(response) => void response.write('{')];
  const error = await failureOf(source({ timeoutMs: 100, maxAttempts: 1 }).get());
  expect(error).toMatchObject({ code: 'UNAVAILABLE' });
});

it('tries again where the connection breaks', async () => {
  answers = [(response) => void response.destroy()];
  expect(await source().get()).toBe(body.accessToken);
  expect(requests).toHaveLength(2);
});

it('reads an answer without streams too, as React Native has them', async () => {
  const plain = (text: string) => ({ body: undefined, text: async () => text }) as unknown as Response;
  expect(await readText(plain('{}'))).toBe('{}');
  expect(await readText(plain('x'.repeat(65_536)))).toHaveLength(65_536);
  await expect(readText(plain('x'.repeat(65_537)))).rejects.toMatchObject({ code: 'MALFORMED_ANSWER' });
});

it('says of an answer that is no JSON just that', async () => {
  answers = [(response) => void response.end('secret')];
  const { message } = await failureOf(source().get());
  expect(message).toBe('The answer of the app server is no JSON: check the token endpoint.');
});

it('takes no token whose bytes are no UTF-8, and one whose characters come in two pieces', async () => {
  const bytes = [...Buffer.from('{"accessToken":"é"}')];
  answers = [(response) => void response.end(Buffer.from(bytes.filter((byte) => byte !== 0xa9)))];
  const { message } = await failureOf(source({ maxAttempts: 1 }).get());
  expect(message).toBe('The answer of the app server has no accessToken: check the token endpoint.');
  const inPieces = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await readText(new Response(inPieces))).toBe('{"accessToken":"é"}');
});

it('waits for no body that is too long by its own account', async () => {
  const cancel = vi.fn();
  const silent = new Response(new ReadableStream({ cancel }), { headers: { 'content-length': '65537' } });
  await expect(readText(silent)).rejects.toMatchObject({ code: 'MALFORMED_ANSWER' });
  expect(cancel).toHaveBeenCalledOnce();
  expect(await readText(new Response('{}', { headers: { 'content-length': '65536' } }))).toBe('{}');
});

it('counts bytes, not characters, and reads no further than it has to', async () => {
  await expect(readText(new Response('ß'.repeat(32_768)))).resolves.toHaveLength(32_768);
  await expect(readText(new Response('ß'.repeat(32_769)))).rejects.toMatchObject({ code: 'MALFORMED_ANSWER' });
  let cancelled = 0;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(10_000)),
    cancel() {
      cancelled += 1;
      throw new Error('no');
    },
  });
  await expect(readText(new Response(endless))).rejects.toMatchObject({ code: 'MALFORMED_ANSWER' });
  expect(cancelled).toBe(1);
});
