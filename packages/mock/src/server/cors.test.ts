import { describe, expect, it } from 'vitest';
import { issuePath, makeIssueRequest } from '../../test/support/make-issue-request.js';
import { createMock, type MockOptions, startMock } from '../index.js';

const page = 'http://localhost:5173';
const preflightHeaders = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'app-key,content-type,nonce,signature,timestamp',
};

function preflight(origin: string, options: MockOptions = {}, headers: Record<string, string> = {}): Promise<Response> {
  const request = new Request(`http://mock.test${issuePath}`, {
    method: 'OPTIONS',
    headers: { origin, ...preflightHeaders, ...headers },
  });
  return createMock(options).fetch(request);
}

describe('a preflight', () => {
  it('is answered with the origin, the method and the headers that it asks for', async () => {
    const response = await preflight(page);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toEqual({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': preflightHeaders['access-control-request-headers'],
      'access-control-max-age': '7200',
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
  });

  it('from a public page to this machine is answered only where its origin may call', async () => {
    const headers = { 'access-control-request-private-network': 'true' };
    const allowed = await preflight(page, {}, headers);
    expect(allowed.headers.get('access-control-allow-private-network')).toBe('true');
    const refused = await preflight('https://app.example.com', {}, headers);
    expect(refused.headers.get('access-control-allow-private-network')).toBeNull();
  });

  it('of an origin that may not call is refused, and says how to allow it', async () => {
    const lines: string[] = [];
    const response = await preflight('https://app.example.com', { log: (line) => lines.push(line) });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('x-mock-reason')).toContain('allowedOrigins');
    expect(lines).toEqual([expect.stringContaining('allowedOrigins')]);
  });
});

it('writes preflights into the journal, with why one was refused', async () => {
  const mock = createMock();
  for (const origin of [page, 'https://app.example.com']) {
    const headers = { origin, ...preflightHeaders };
    await mock.fetch(new Request(`http://mock.test${issuePath}?secret=1`, { method: 'OPTIONS', headers }));
  }
  const { entries } = await mock.console.listJournal();
  expect(entries).toMatchObject([
    { method: 'OPTIONS', path: issuePath, status: 204 },
    { method: 'OPTIONS', path: issuePath, status: 403, reason: expect.stringContaining('allowedOrigins') },
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/secret|example\.com/);
});

it.each<[string, MockOptions['allowedOrigins'], boolean]>([
  ['http://localhost', undefined, true],
  ['https://shop.localhost:3000', undefined, true],
  ['http://127.0.0.1:8080', undefined, true],
  ['http://[::1]:8080', 'loopback', true],
  ['http://localhost.example.com', undefined, false],
  ['http://127.0.0.1.example.com', undefined, false],
  ['https://example.com?http://localhost', undefined, false],
  ['null', undefined, false],
  ['null', ['null'], true],
  ['https://app.example.com', 'any', true],
  ['https://app.example.com', ['https://app.example.com'], true],
  ['http://localhost', ['https://app.example.com'], false],
])('the origin %s, with allowedOrigins %s, may call: %s', async (origin, allowedOrigins, allowed) => {
  const response = await createMock({ allowedOrigins }).fetch(makeIssueRequest({ headers: { origin } }));
  expect(response.status).toBe(200);
  expect(response.headers.get('access-control-allow-origin')).toBe(allowed ? origin : null);
  expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  expect(response.headers.get('vary')).toBe('Origin');
});

it('lets a page read the headers of a refusal, too', async () => {
  const headers = { origin: page, signature: 'junk', 'x-request-id': 'r1' };
  const response = await createMock().fetch(makeIssueRequest({ headers }));
  expect(response.status).toBe(401);
  const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
  expect(exposed).toEqual(expect.arrayContaining(['X-Mock-Reason', 'Retry-After', 'Date', 'X-Request-ID']));
});

it('leaves OPTIONS that are no preflight to the document', async () => {
  const url = `http://mock.test${issuePath}`;
  const mock = createMock();
  expect((await mock.fetch(new Request(url, { method: 'OPTIONS' }))).status).toBe(405);
  expect((await mock.fetch(new Request(url, { method: 'OPTIONS', headers: { origin: page } }))).status).toBe(405);
});

it('answers on a port as well', async () => {
  await using mock = await startMock({ port: 0 });
  const response = await fetch(makeIssueRequest({ baseUrl: mock.url, headers: { origin: page } }));
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, page]);
});
