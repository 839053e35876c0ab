import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { toNodeListener } from './index.js';

let server: Server;
afterEach(() => void server.close());

/** What the connection is told by an answer. */
async function connectionOf(status: number, retryAfter: string): Promise<string | null> {
  const headers = { 'retry-after': retryAfter };
  server = createServer(toNodeListener(async () => Response.json({}, { status, headers })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await response.arrayBuffer();
  return response.headers.get('connection');
}

it('a connection is kept for whoever comes back soon, and not for whoever comes back later than it would last', async () => {
  expect(await connectionOf(503, '4')).toBe('keep-alive');
  expect(await connectionOf(503, '5')).toBe('close');
  expect(await connectionOf(429, '30')).toBe('keep-alive');
});

/** What a listener makes of a message, as a list of the calls of its response; `end` is the last of them. */
async function callsOf(
  handler: (request: Request) => Promise<Response>,
  { isGone = false, ...message }: { readonly isGone?: boolean; readonly [field: string]: unknown } = {},
): Promise<{ calls: unknown[][]; incoming: IncomingMessage }> {
  const rest = { method: 'POST', url: '/', headers: {}, socket: {}, httpVersionMajor: 1, ...message };
  const incoming = Object.assign(Readable.from(['abc']), rest) as unknown as IncomingMessage;
  const calls: unknown[][] = [];
  await new Promise<void>((resolve) => {
    const note =
      (name: string) =>
      (...args: unknown[]) => {
        calls.push([name, ...args]);
        if (name === 'end' || name === 'destroy') resolve();
        return outgoing;
      };
    const names = ['setHeader', 'appendHeader', 'writeHead', 'end', 'destroy'];
    const outgoing = Object.fromEntries(names.map((name) => [name, note(name)]));
    // A response of HTTP/2 has no such property.
    if (rest.httpVersionMajor === 1) Object.assign(outgoing, { destroyed: isGone });
    toNodeListener(handler)(incoming, outgoing as unknown as ServerResponse);
    if (isGone) setImmediate(() => setImmediate(resolve));
  });
  return { calls, incoming };
}

const setBy = (calls: unknown[][]): Record<string, unknown> =>
  Object.fromEntries(calls.filter(([name]) => name === 'setHeader').map(([, name, value]) => [name, value]));

it('an answer has its headers and its length, adds to Vary, and reads what was sent', async () => {
  const headers = { 'x-a': 'b', vary: 'Origin', 'content-type': 'text/plain' };
  const { calls, incoming } = await callsOf(async () => new Response('é', { status: 201, headers }));
  expect(setBy(calls)).toEqual({ 'x-a': 'b', 'content-type': 'text/plain', 'Content-Length': 2 });
  expect(calls.filter(([name]) => name === 'appendHeader')).toEqual([['appendHeader', 'vary', 'Origin']]);
  expect(calls.at(-1)).toEqual(['end', new TextEncoder().encode('é')]);
  expect(incoming.readableFlowing).toBe(true);
});

it('every cookie of an answer is sent', async () => {
  const headers: [string, string][] = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ];
  const { calls } = await callsOf(async () => new Response('', { headers }));
  expect(calls.filter(([, name]) => name === 'set-cookie')).toEqual([
    ['appendHeader', 'set-cookie', 'a=1'],
    ['appendHeader', 'set-cookie', 'b=2'],
  ]);
});

it('an answer without content has no length', async () => {
  const { calls } = await callsOf(async () => new Response(null, { status: 204 }));
  expect(setBy(calls)).toEqual({});
});

it.each([
  [413, 1, 'close'],
  [413, 2, undefined],
  [400, 1, undefined],
])('after a %i of HTTP/%i the connection is told: %s', async (status, httpVersionMajor, told) => {
  const { calls } = await callsOf(async () => new Response('', { status }), { httpVersionMajor });
  expect(setBy(calls).Connection).toBe(told);
});

it.each([
  [400, false, 'close'],
  [400, true, undefined],
  [401, false, undefined],
])('after a %i, with a body that has come whole: %s, the connection is told: %s', async (status, complete, told) => {
  const { calls } = await callsOf(async () => new Response('', { status }), { complete });
  expect(setBy(calls).Connection).toBe(told);
});

it.each([
  [1, { Connection: 'close' }],
  [2, {}],
])(
  'a request of HTTP/%i without an address is a 400 that nobody keeps, and no handler sees it',
  async (httpVersionMajor, more) => {
    const message = { headers: { host: 'a b' }, httpVersionMajor };
    const { calls } = await callsOf(async () => expect.unreachable('It was asked.'), message);
    expect(calls).toEqual([['writeHead', 400, { 'Cache-Control': 'no-store', ...more }], ['end']]);
  },
);

it('a handler that fails ends the connection', async () => {
  const { calls } = await callsOf(() => Promise.reject(new Error('No.')));
  expect(calls).toEqual([['destroy']]);
});

it.each([{}, { httpVersionMajor: 2, stream: { destroyed: true } }])(
  'nothing is done for a caller who has gone: %j',
  async (message) => {
    const { calls } = await callsOf(async () => expect.unreachable('It was asked.'), { ...message, isGone: true });
    expect(calls).toEqual([]);
  },
);
