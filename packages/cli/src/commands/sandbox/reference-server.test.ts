import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StaticServer, startStaticServer } from './reference-server.js';

let folder: string;
let server: StaticServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-cli-'));
  writeFileSync(join(folder, 'page.html'), '<p>page</p>');
  writeFileSync(join(folder, 'other.txt'), 'other');
  const files = new Map([['/', { path: join(folder, 'page.html'), contentType: 'text/html; charset=utf-8' }]]);
  server = await startStaticServer(files, 0);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('GET answers the file with its type', async () => {
  const response = await fetch(`${server.url}/?from=test`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toBe('<p>page</p>');
});

test('HEAD answers the size without the file', async () => {
  const response = await fetch(server.url, { method: 'HEAD' });
  expect(response.headers.get('content-length')).toBe('11');
  expect(await response.text()).toBe('');
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s answers 405 with Allow', async (method) => {
  const response = await fetch(server.url, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});

// fetch resolves the dots before it sends; node:http sends the path as it is.
test.each(['/other.txt', '/../other.txt', '/%2e%2e/other.txt', '//other.txt', '/..%5cother.txt', '/page.html', '*'])(
  '%s answers 404',
  async (path) => {
    const { hostname, port } = new URL(server.url);
    const status = await new Promise((resolve, reject) => {
      request({ hostname, port, path }, (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end();
    });
    expect(status).toBe(404);
  },
);

test('a taken port is refused by code', async () => {
  await expect(startStaticServer(new Map(), Number(new URL(server.url).port))).rejects.toMatchObject({
    code: 'PORT_IN_USE',
  });
});
