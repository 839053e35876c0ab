import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
