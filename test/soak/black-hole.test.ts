import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startScript } from '../support/start-script.js';
import type { BlackHoleCalls, Leftovers } from './black-hole/call-black-hole.js';

const script = new URL('black-hole/call-black-hole.ts', import.meta.url);
/** `COUNT=10000` for the long form. */
const count = Number(process.env.COUNT ?? 1_000);

const sockets = new Set<Socket>();
let server: Server;
beforeAll(async () => {
  // It takes every connection, and says nothing: not even the first word of TLS.
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

it.each([
  ['http', 'closed', true],
  ['http', 'left open', false],
  ['https', 'closed', true],
  ['https', 'left open', false],
] as const)(
  'nothing is left of calls to a silent host over %s once the client is %s',
  async (protocol, _, isClosed) => {
    await using caller = await startScript(script);
    const baseUrl = `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const calls: BlackHoleCalls = { baseUrl, count, isClosed };
    const { codes, resources, grownBytes } = await caller.ask<Leftovers>(calls);
    expect(codes).toEqual({ TIMEOUT: count });
    expect(resources).toEqual([]);
    // Where each call leaves something, a thousand leave more than twice as much.
    expect(grownBytes).toBeLessThan(2_000_000);
  },
);
