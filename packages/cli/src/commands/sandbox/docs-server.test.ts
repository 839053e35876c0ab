import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StaticServer, startDocsServer } from './docs-server.js';

const script = `console.log(${JSON.stringify('nexconn '.repeat(200))});`;
let scratch: string;
let folder: string;
let server: StaticServer;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'nexconn-cli-'));
  folder = join(scratch, 'site');
  writeFileSync(join(scratch, 'other.txt'), 'other');
  writeSite(folder, 'home');
  server = await startDocsServer(folder, 0);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true });
});

function writeSite(site: string, home: string): void {
  mkdirSync(join(site, 'guides'), { recursive: true });
  mkdirSync(join(site, 'assets'));
  writeFileSync(join(site, 'index.html'), `<p>${home}</p>`);
  writeFileSync(join(site, '404.html'), '<p>not there</p>');
  writeFileSync(join(site, 'guides/index.html'), '<p>guides</p>');
  writeFileSync(join(site, 'guides/signing.html'), '<p>signing</p>');
  writeFileSync(join(site, 'guides/signing.md'), '# Signing');
  writeFileSync(join(site, 'assets/app.a1b2.js'), script);
  symlinkSync(join(scratch, 'other.txt'), join(site, 'linked.txt'));
}

test.each([
  ['/', '<p>home</p>', 'text/html; charset=utf-8'],
  ['/?from=test', '<p>home</p>', 'text/html; charset=utf-8'],
  ['/guides/', '<p>guides</p>', 'text/html; charset=utf-8'],
  ['/guides/signing.html', '<p>signing</p>', 'text/html; charset=utf-8'],
  ['/guides/signing', '<p>signing</p>', 'text/html; charset=utf-8'],
  ['/guides/signing.md', '# Signing', 'text/markdown; charset=utf-8'],
  ['/assets/app.a1b2.js', script, 'text/javascript; charset=utf-8'],
])('GET %s answers the file with its type', async (path, text, type) => {
  const response = await fetch(`${server.url}${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(await response.text()).toBe(text);
});

test('a folder without its slash leads to the page with one, so that links of the page lead where they should', async () => {
  const response = await fetch(`${server.url}/guides?from=test`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([308, '/guides/?from=test']);
});

test.each([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
])('%s is packed for whoever takes it', async (encoding, unpack) => {
  const { headers, bytes } = await ask('/assets/app.a1b2.js', { 'accept-encoding': encoding });
  expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
  expect(bytes.byteLength).toBeLessThan(script.length / 2);
  expect(`${unpack(bytes)}`).toBe(script);
});

test.each([undefined, 'identity', 'br;q=0, gzip;q=0'])('whoever accepts %j gets it as it is', async (accepted) => {
  const { headers, bytes } = await ask('/assets/app.a1b2.js', accepted ? { 'accept-encoding': accepted } : {});
  expect(headers).not.toHaveProperty('content-encoding');
  expect(`${bytes}`).toBe(script);
});

test('a second visit transfers nothing', async () => {
  for (const accepted of ['br', 'gzip', 'identity']) {
    const first = await ask('/', { 'accept-encoding': accepted });
    expect(first.headers['cache-control']).toBe('no-cache');
    const second = await ask('/', { 'accept-encoding': accepted, 'if-none-match': `"x", ${first.headers.etag}` });
    expect([second.status, second.bytes.byteLength]).toEqual([304, 0]);
  }
  const { headers } = await ask('/assets/app.a1b2.js');
  expect(headers['cache-control']).toContain('immutable');
});

test('another build is served at once', async () => {
  const site = join(scratch, 'rebuilt');
  writeSite(site, 'first');
  await using rebuilt = await startDocsServer(site, 0);
  expect(await (await fetch(rebuilt.url)).text()).toBe('<p>first</p>');
  writeSite(join(scratch, 'next'), 'second');
  renameSync(site, join(scratch, 'gone'));
  renameSync(join(scratch, 'next'), site);
  expect(await (await fetch(rebuilt.url)).text()).toBe('<p>second</p>');
});

test('HEAD answers the size without the file', async () => {
  const response = await fetch(server.url, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
  expect(response.headers.get('content-length')).toBe('11');
  expect(await response.text()).toBe('');
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s answers 405 with Allow', async (method) => {
  const response = await fetch(server.url, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});

// fetch resolves the dots before it sends; node:http sends the path as it is.
test.each([
  '/other.txt',
  '/linked.txt',
  '/../other.txt',
  '/%2e%2e/other.txt',
  '//other.txt',
  '/..%5cother.txt',
  '/guides/../../other.txt',
  '/%',
  '/guides%00',
  '*',
])('%s answers 404 with the page for it', async (path) => {
  const { status, bytes } = await ask(path);
  expect([status, `${bytes}`]).toEqual([404, '<p>not there</p>']);
});

test('a taken port is refused by code', async () => {
  await expect(startDocsServer(folder, Number(new URL(server.url).port))).rejects.toMatchObject({
    code: 'PORT_IN_USE',
  });
});

test('a site that is not built is refused by code', async () => {
  await expect(startDocsServer(join(scratch, 'none'), 0)).rejects.toMatchObject({ code: 'PAGE_MISSING' });
});

interface Answer {
  status: number | undefined;
  headers: Record<string, unknown>;
  bytes: Buffer;
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, async (response) => {
      const chunks: Buffer[] = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) });
    });
    sent.once('error', reject).end();
  });
}
