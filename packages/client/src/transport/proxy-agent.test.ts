import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { expect, it } from 'vitest';
import { makeClient, request } from '../../test/support/make-client.js';

const body = JSON.stringify({ code: 0, result: { userId: request.userId, accessToken: 'token7FDmy0' } });
const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts a server that says informational answers first, and a proxy that connects to it. */
async function startBehindProxy() {
  const asked = { tunnels: 0 };
  const api = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${answer}`));
  });
  const proxy = createHttpServer().on('connect', ({ url = '' }, socket) => {
    asked.tunnels += 1;
    const { hostname, port } = new URL(`http://${url}`);
    const host = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const side of [socket, host]) side.on('error', () => {});
    socket.pipe(host).pipe(socket);
  });
  return {
    baseUrl: `http://127.0.0.1:${await portOf(api)}`,
    proxy: `http://127.0.0.1:${await portOf(proxy)}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const server of [api, proxy]) await new Promise((resolve) => server.close(resolve));
    },
  };
}

it('informational answers are not seen over a tunnel either', async () => {
  await using server = await startBehindProxy();
  const { baseUrl, proxy, asked } = server;
  const client = makeClient(baseUrl, { proxy });
  for (let made = 0; made < 3; made += 1)
    expect(await client.issueAccessToken(request)).toMatchObject({ accessToken: 'token7FDmy0' });
  await client.close();
  expect(asked.tunnels).toBe(1);
});
