import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hasPrograms, programPath } from '../../../test/support/find-program.js';
import { unreadable } from '../../../test/support/unreadable.js';
import { createNexconnClient } from '../src/index.js';
import { type ClientSettings, credentials, failureOf, path, request } from './support/make-client.js';
import { type Answerer, issued, json, raw, startServer } from './support/start-server.js';

const quick = { baseDelayMs: 1, maxDelayMs: 2 };
const good = json(200, issued);

describe('what is no fault of the network is not repeated, and has words of its own', () => {
  it.each<[string, (request: Request) => Promise<Response>, RegExp]>([
    ['a mistake in an own fetch', () => (undefined as never as () => never)(), /TypeError: .*not a function/],
    ['a scheme that is none of fetch', () => fetch('ftp://localhost/'), /unknown scheme/],
    [
      'a wrapped mistake',
      () => Promise.reject(new Error('No', { cause: new TypeError('x is not a function') })),
      /x is not/,
    ],
    [
      'a bundle without a module',
      () => Promise.reject(Object.assign(new Error('No x'), { code: 'MODULE_NOT_FOUND' })),
      /No x/,
    ],
    ['a relative URL', () => fetch('/v4/users'), /Failed to parse URL|Invalid URL/],
    ['a name that is not there', () => Promise.reject(new ReferenceError('x is not defined')), /x is not defined/],
  ])('%s', async (_, fetch, words) => {
    const nexconn = createNexconnClient({ ...credentials, baseUrl: 'http://localhost:1', fetch, retry: quick });
    const failure = await failureOf(nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'fetch', retryable: false, attempts: 1 });
    expect(failure.message).toMatch(words);
  });

  it('but a network that failed is, whatever its error is called', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));
    const nexconn = createNexconnClient({ ...credentials, baseUrl: 'http://localhost:1', fetch, retry: quick });
    expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'NETWORK', attempts: 4 });
  });

  it.runIf(hasPrograms('openssl'))('a certificate that is not trusted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=localhost'];
    execFileSync(programPath('openssl'), ['req', '-x509', ...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }).listen(0, '127.0.0.1');
    rmSync(folder, { recursive: true });
    await once(server, 'listening');
    const baseUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
    await using nexconn = createNexconnClient({ ...credentials, baseUrl, retry: quick });
    const failure = await failureOf(nexconn.issueAccessToken(request));
    server.close();
    expect(failure).toMatchObject({ code: 'NETWORK', retryable: false, attempts: 1 });
    expect(failure.message).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('http where https is expected', async () => {
    await using server = await startServer(good);
    await using nexconn = createNexconnClient({
      ...credentials,
      baseUrl: server.url.replace('http', 'https'),
      retry: quick,
    });
    const failure = await failureOf(nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'NETWORK', retryable: false, attempts: 1 });
    expect(failure.message).toContain('speaks no TLS');
  });

  it.each<[string, object]>([
    ['x-bad', { 'x-bad': 'a\u0007' }],
    ['x-bad', new Headers({ 'x-bad': 'a\u0007' })],
    ['x-bad', { 'x-bad': '\u20ac' }],
    ['x-bad', { 'x-bad': 'a\nb' }],
    ['x bad', { 'x bad': 'a' }],
  ])('a header that cannot be sent: %s', async (field, headers) => {
    await using server = await startServer(good);
    await using nexconn = createNexconnClient({ ...credentials, baseUrl: server.url, retry: quick });
    const failing = failureOf(nexconn.http.POST(path, { body: request, headers: headers as Headers }));
    expect(await failing).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field }] });
    expect(server.received).toEqual([]);
  });

  it.each(['Content-Length', 'Expect', 'Transfer-Encoding'])('a header %s of the caller', async (name) => {
    await using server = await startServer(good);
    await using nexconn = createNexconnClient({ ...credentials, baseUrl: server.url, retry: quick });
    const failing = failureOf(nexconn.http.POST(path, { body: request, headers: { [name]: '1' } }));
    expect(await failing).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field: name.toLowerCase() }] });
    expect(server.received).toEqual([]);
  });
});

it('a page of a gateway is a failure of the host, however long it is', async () => {
  const page: Answerer = (response) => {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end('x'.repeat(2 * 1024 * 1024));
  };
  await using primary = await startServer(page);
  await using backup = await startServer(good);
  const baseUrls = [primary.url, backup.url] as const;
  await using nexconn = createNexconnClient({ ...credentials, baseUrls });
  expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
  await using alone = createNexconnClient({ ...credentials, baseUrl: primary.url, retry: quick });
  const failure = await failureOf(alone.issueAccessToken(request));
  expect(failure).toMatchObject({ code: 'SERVICE_FAILED', status: 502, retryable: true, attempts: 4 });
});

describe('Retry-After of a page that is too long', () => {
  const page = (headers: Record<string, string>): Answerer => raw(503, 'x'.repeat(2 * 1024 * 1024), headers);
  const gzipped: Answerer = (response) => {
    response.writeHead(503, { 'retry-after': '60', 'content-encoding': 'gzip' });
    response.end(gzipSync(Buffer.alloc(8 * 1024 * 1024)));
  };

  it.each<[string, Answerer, ClientSettings]>([
    ['of unknown length', page({ 'retry-after': '60' }), {}],
    ['of a length that it tells', page({ 'retry-after': '60', 'content-length': `${2 * 1024 * 1024}` }), {}],
    ['compressed', gzipped, {}],
    ['of unknown length, to an own fetch', page({ 'retry-after': '60' }), { fetch: (sent) => fetch(sent) }],
  ])('is obeyed: one %s', async (_, answer, settings) => {
    await using server = await startServer(answer);
    await using nexconn = createNexconnClient({ ...credentials, baseUrl: server.url, retry: quick, ...settings });
    // The wait would outlast the deadline of the call, which therefore ends at once.
    const failure = await failureOf(nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'SERVICE_FAILED', status: 503, attempts: 1 });
  });
});

it.each(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS'])(
  'what this machine has no more of is no failure of the host: %s',
  async (code) => {
    const hosts: string[] = [];
    const fetch = async ({ url }: Request): Promise<Response> => {
      hosts.push(new URL(url).hostname);
      if (hosts.length > 2) return Response.json(issued);
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(`connect ${code}`), { code }) });
    };
    const baseUrls = ['https://a.test', 'https://b.test'] as const;
    const nexconn = createNexconnClient({ ...credentials, baseUrls, fetch, retry: quick });
    expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
    expect(hosts).toEqual(['a.test', 'a.test', 'a.test']);
    hosts.length = 0;
    const once = createNexconnClient({ ...credentials, baseUrls, fetch, retry: false });
    const failure = await failureOf(once.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'NETWORK', retryable: true, attempts: 1 });
    expect(failure.message).toContain(`(${code}). Raise the limits of this machine`);
  },
);

describe('a body that is compressed', () => {
  const compress =
    (encoding: string, bytes: Buffer): Answerer =>
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
      response.end(bytes);
    };
  const text = Buffer.from(JSON.stringify(issued));

  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['identity', text],
  ])('with %s is read, in both styles', async (encoding, bytes) => {
    await using server = await startServer(compress(encoding, bytes));
    await using nexconn = createNexconnClient({ ...credentials, baseUrl: server.url });
    expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
    expect((await nexconn.http.POST(path, { body: request })).data).toEqual(issued);
    expect(server.received.map(({ headers }) => headers['accept-encoding'])).toContain('gzip, deflate, br');
  });

  it('counts with its size after that', async () => {
    await using server = await startServer(compress('gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024))));
    await using nexconn = createNexconnClient({ ...credentials, baseUrl: server.url, retry: false });
    expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'RESPONSE_TOO_LARGE' });
  });

  it('that is broken is no answer of the API', async () => {
    await using server = await startServer(compress('gzip', gzipSync(text).subarray(0, 30)));
    await using nexconn = createNexconnClient({ ...credentials, baseUrl: server.url, retry: false });
    expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'MALFORMED_RESPONSE' });
  });
});

it.each(unreadable)('what an own fetch throws with %s is told as an error of this package', async (_what, make) => {
  const fetch = () => Promise.reject(make());
  const nexconn = createNexconnClient({ ...credentials, baseUrl: 'http://localhost:1', fetch, retry: false });
  expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'NETWORK', attempts: 1 });
});

it.each(unreadable)('what a provider of App Secrets throws with %s is, too', async (_what, make) => {
  const appSecret = () => Promise.reject(make());
  const nexconn = createNexconnClient({ ...credentials, appSecret, baseUrl: 'http://localhost:1', retry: false });
  expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'INVALID_OPTION', attempts: 0 });
});

describe.each(unreadable)('what a function of the caller throws with %s', (_what, make) => {
  const throwing = () => {
    throw make();
  };
  const base = { ...credentials, baseUrl: 'http://localhost:1', retry: false as const };

  it('instead of a nonce is an error of this package', async () => {
    const nexconn = createNexconnClient({ ...base, nonce: throwing });
    expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('in onPermit or a middleware is passed on as it is, and the call has ended with it', async () => {
    const events: string[] = [];
    const nexconn = createNexconnClient({ ...base, onEvent: ({ type }) => events.push(type) });
    const thrown = make();
    const throwIt = () => {
      throw thrown;
    };
    await nexconn.issueAccessToken(request, { onPermit: throwIt }).then(
      () => expect.unreachable(),
      (error) => expect(Object.is(error, thrown)).toBe(true),
    );
    nexconn.http.use({ onRequest: throwIt });
    await nexconn.http.POST(path, { body: request }).then(
      () => expect.unreachable(),
      (error) => expect(Object.is(error, thrown)).toBe(true),
    );
    expect(events).toContain('call-end');
    await nexconn.close();
  });
});

describe.each([Number.NaN, Infinity, -1, 0.5, '5', 5n, new Date(), undefined, null, Symbol('x')])(
  'a clock that returns %s',
  (time) => {
    const base = {
      ...credentials,
      baseUrl: 'http://localhost:1',
      retry: quick,
      fetch: async () => Response.json(issued),
    };

    it('is refused by its name, and nothing is signed with it', async () => {
      const nexconn = createNexconnClient({ ...base, now: () => time as never });
      const failure = await failureOf(nexconn.issueAccessToken(request));
      expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'now', attempts: 0 });
    });

    it('once a request is signed, costs no call its answer', async () => {
      for (const fail of [() => time as never, () => undefined as never]) {
        const times = [Date.now()];
        const nexconn = createNexconnClient({ ...base, now: () => times.shift() ?? fail() });
        expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
      }
    });
  },
);

it('a clock that throws once a request is signed costs no call its answer', async () => {
  const times = [Date.now()];
  const now = () => times.shift() ?? (undefined as never as () => number)();
  const fetch = async () => Response.json(issued);
  const nexconn = createNexconnClient({ ...credentials, baseUrl: 'http://localhost:1', now, fetch });
  expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
});
