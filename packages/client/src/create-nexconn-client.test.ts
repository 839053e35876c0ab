import { inspect } from 'node:util';
import { verifySignature } from '@nexconn-kit/signing';
import { describe, expect, it } from 'vitest';
import { credentials, failureOf, makeClient, path, request } from '../test/support/make-client.js';
import { issued, issuing, json, startServer } from '../test/support/start-server.js';
import type { NexconnRequestError } from './index.js';
import { formPart } from './writers/form-part.js';

const appSecret = credentials.appSecret;
const verify = (headers: Record<string, string | string[] | undefined>) =>
  verifySignature(headers, { secretFor: () => appSecret });
const emoji = '😀';

describe('a named method', () => {
  it('returns the result of the answer, the token untouched', async () => {
    await using server = await startServer(json(200, issued));
    expect(await makeClient(server.url).issueAccessToken(request)).toEqual(issued.result);
  });

  it('tolerates fields that the document does not have', async () => {
    const more = { code: 0, extra: 1, result: { ...issued.result, expiresAt: 1 } };
    await using server = await startServer(json(200, more));
    expect(await makeClient(server.url).issueAccessToken(request)).toEqual(more.result);
  });

  it('sends the documented method, path and JSON body', async () => {
    await using server = await startServer(json(200, issued));
    await makeClient(server.url).issueAccessToken({ ...request, avatarUrl: 'https://example.com/a.png' });
    const [received] = server.received;
    expect(received).toMatchObject({ method: 'POST', url: path, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(received?.body ?? '')).toEqual({ ...request, avatarUrl: 'https://example.com/a.png' });
  });

  it('keeps the path of a base URL', async () => {
    await using server = await startServer(json(200, issued));
    await makeClient(`${server.url}/gateway/`).issueAccessToken(request);
    expect(server.received[0]?.url).toBe(`/gateway${path}`);
  });

  it('leaves an empty avatarUrl out of the body', async () => {
    await using server = await startServer(json(200, issued));
    await makeClient(server.url).issueAccessToken({ ...request, avatarUrl: '' });
    expect(server.received[0]?.body).toBe(JSON.stringify(request));
  });

  it('leaves an empty avatarUrl out even where validation is off', async () => {
    await using server = await startServer(json(200, issued));
    await makeClient(server.url, { validateRequests: false }).issueAccessToken({ ...request, avatarUrl: '' });
    expect(server.received[0]?.body).toBe(JSON.stringify(request));
  });

  it('works without its client, as a plain function', async () => {
    await using server = await startServer(json(200, issued));
    const { issueAccessToken } = makeClient(server.url);
    expect(await issueAccessToken(request)).toEqual(issued.result);
  });
});

describe('headers', () => {
  it('say who calls, and what answer is wanted', async () => {
    await using server = await startServer(json(200, issued));
    const client = makeClient(server.url);
    await client.issueAccessToken(request);
    await client.http.POST(path, { body: request });
    const userAgent = `nexconn-kit/source node/${process.versions.node}`;
    for (const { headers } of server.received) {
      expect(headers).toMatchObject({ accept: 'application/json', 'user-agent': userAgent });
    }
  });

  it('of the options are sent with every call, in place of the usual ones, behind those of a call', async () => {
    await using server = await startServer(json(200, issued));
    const client = makeClient(server.url, { headers: { 'User-Agent': 'mine/1', 'X-Team': 'chat' } });
    await client.issueAccessToken(request);
    await client.http.POST(path, { body: request, headers: { 'x-team': 'other' } });
    const sent = server.received.map(({ headers }) => [headers['user-agent'], headers['x-team']]);
    expect(sent).toEqual([
      ['mine/1', 'chat'],
      ['mine/1', 'other'],
    ]);
  });

  it.each([
    [{ Signature: 'a' }, 'headers.Signature'],
    [{ 'rc-nonce': 'a' }, 'headers.rc-nonce'],
    [{ Connection: 'close' }, 'headers.Connection'],
    [{ 'content-type': 'text/plain' }, 'headers.content-type'],
    [{ 'X Team': 'a' }, 'headers.X Team'],
    [{ 'X-Team': 'a\nb' }, 'headers.X-Team'],
    [{ 'X-Team': 7 }, 'headers.X-Team'],
    ['X-Team: a', 'headers'],
  ])('%j is refused by name', (headers, option) => {
    const make = () => makeClient('http://127.0.0.1:9', { headers: headers as never });
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option }));
  });
});

describe('signing', () => {
  it('makes a signature that verifies', async () => {
    await using server = await startServer(json(200, issued));
    await makeClient(server.url).issueAccessToken(request);
    expect(verify(server.received[0]?.headers ?? {})).toEqual({ ok: true, appKey: credentials.appKey });
  });

  it('gives two calls two nonces', async () => {
    await using server = await startServer(json(200, issued));
    const client = makeClient(server.url);
    await Promise.all([client.issueAccessToken(request), client.issueAccessToken(request)]);
    const [first, second] = server.received.map(({ headers }) => headers.nonce);
    expect(first).not.toBe(second);
  });

  it('takes time and nonce from the options', async () => {
    await using server = await startServer(json(200, issued));
    const now = () => 1408710653491;
    await makeClient(server.url, { appSecret: 'Y1W2MeFwwwRxa0', now, nonce: () => '14314' }).issueAccessToken(request);
    const signature = 'dd11a264276f438b045b3b236a2741ddc89d48df';
    expect(server.received[0]?.headers).toMatchObject({ nonce: '14314', timestamp: '1408710653491', signature });
  });

  it('sends the RC- names alone with that prefix', async () => {
    await using server = await startServer(json(200, issued));
    await makeClient(server.url, { headerPrefix: 'RC-' }).issueAccessToken(request);
    const headers = server.received[0]?.headers ?? {};
    expect(verify(headers).ok).toBe(true);
    expect(headers).toHaveProperty('rc-signature');
    expect(headers).not.toHaveProperty('signature');
  });

  it.each([{}, 'no', 7])('takes no %j for a signal, and sends nothing', async (signal) => {
    await using server = await startServer(json(200, issued));
    const calling = makeClient(server.url).issueAccessToken(request, { signal: signal as never });
    expect(await failureOf(calling)).toMatchObject({ code: 'INVALID_OPTION', option: 'signal' });
    expect(server.received).toEqual([]);
  });

  it('names the option when a nonce is too long, and sends nothing', async () => {
    await using server = await startServer(json(200, issued));
    const failure = await failureOf(makeClient(server.url, { nonce: () => '1'.repeat(19) }).issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'nonce' });
    expect(server.received).toEqual([]);
  });
});

describe('X-Request-ID', () => {
  it('is a fresh UUID unless it is given', async () => {
    await using server = await startServer(json(200, issued));
    const client = makeClient(server.url);
    await client.issueAccessToken(request);
    await client.issueAccessToken(request);
    const ids = server.received.map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is what the call says, and stands on its error', async () => {
    await using server = await startServer(json(500, { code: 1000, errorMessage: 'x' }));
    const failure = await failureOf(makeClient(server.url).issueAccessToken(request, { requestId: 'order-17' }));
    expect(failure.requestId).toBe('order-17');
    expect(server.received[0]?.headers['x-request-id']).toBe('order-17');
  });

  it.each([
    ['36 characters', 'a'.repeat(36), undefined],
    ['37 characters', 'a'.repeat(37), 'maxLength'],
    ['nothing', '', 'minLength'],
    ['a line feed', 'a\nb', 'pattern'],
    ['an emoji', emoji, 'pattern'],
  ])('of %s is sent or refused by the document', async (_, requestId, keyword) => {
    await using server = await startServer(json(200, issued));
    const call = makeClient(server.url).issueAccessToken(request, { requestId });
    if (!keyword) return await expect(call).resolves.toEqual(issued.result);
    const failure = await failureOf(call);
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field: 'X-Request-ID', keyword }] });
    expect(server.received).toEqual([]);
  });
});

describe('validation', () => {
  const url = (bytes: number, start = 'https://example.com/') => start + 'a'.repeat(bytes - Buffer.byteLength(start));

  it.each([
    ['a userId of 64 characters', { ...request, userId: 'a'.repeat(64) }],
    ['a name of 64 emoji', { ...request, name: emoji.repeat(64) }],
    ['an empty name', { ...request, name: '' }],
    ['an avatarUrl of 1024 bytes', { ...request, avatarUrl: url(1024) }],
    ['an avatarUrl of 1024 bytes in fewer characters', { ...request, avatarUrl: url(1024, 'https://é.example/') }],
  ])('lets %s through', async (_, body) => {
    await using server = await startServer(issuing);
    await makeClient(server.url).issueAccessToken(body);
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual(body);
  });

  it.each([
    ['a userId of 65 characters', { ...request, userId: 'a'.repeat(65) }, 'userId', 'maxLength', 64, 65],
    ['a name of 65 emoji', { ...request, name: emoji.repeat(65) }, 'name', 'maxLength', 64, 65],
    [
      'an avatarUrl of 1025 bytes in fewer characters',
      { ...request, avatarUrl: url(1025, 'https://é.example/') },
      'avatarUrl',
      'x-max-bytes',
      1024,
      1025,
    ],
  ])('refuses %s before sending, with field, limit and size', async (_, body, field, keyword, limit, actual) => {
    await using server = await startServer(json(200, issued));
    const failure = (await failureOf(makeClient(server.url).issueAccessToken(body))) as NexconnRequestError;
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', retryable: false, operationId: 'issueAccessToken' });
    expect(failure.issues).toContainEqual(expect.objectContaining({ field, keyword, limit, actual }));
    for (const part of [field, limit, actual]) expect(failure.message).toContain(String(part));
    expect(server.received).toEqual([]);
  });

  it('reports every issue at once', async () => {
    const failure = await failureOf(makeClient('http://localhost:1').issueAccessToken({} as never));
    expect(failure).toMatchObject({ issues: [{ field: 'userId' }, { field: 'name' }] });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['a text', 'userId'],
    ['a number', 7],
  ])('refuses %s as a request', async (_, value) => {
    const failure = await failureOf(makeClient('http://localhost:1').issueAccessToken(value as never));
    expect(failure.code).toBe('INVALID_REQUEST');
  });

  const circle = { ...request, more: { self: {} } };
  circle.more.self = circle;
  const failing = {
    toJSON() {
      throw new Error('mine');
    },
  };
  it.each<[what: string, value: unknown, message: string]>([
    ['refers to itself', circle, 'refers to what it stands in.'],
    ['holds a BigInt', { ...request, more: [1n] }, 'more.0 is a BigInt, which JSON cannot hold.'],
    ['holds a part of a form', { ...request, more: [formPart('a', {})] }, 'more.0 is made by formPart, which only'],
    ['cannot be read', { ...request, failing }, 'The request body cannot be written as JSON.'],
  ])('refuses a request that %s by the place', async (_, value, message) => {
    const client = makeClient('http://localhost:1');
    const named = await failureOf(client.issueAccessToken(value as never));
    const overHttp = await failureOf(client.http.POST(path, { body: value as never }));
    for (const failure of [named, overHttp]) expect(failure.message).toContain(message);
  });

  it('sends what it would refuse when it is switched off', async () => {
    await using server = await startServer(issuing);
    await makeClient(server.url, { validateRequests: false }).issueAccessToken({ userId: '_', name: '' });
    expect(server.received[0]?.body).toBe('{"userId":"_","name":""}');
  });
});

describe('userIdPattern', () => {
  const userId = 'demo-user_1';

  it('is named by the refusal of a userId that is outside of the document', async () => {
    const failure = await failureOf(makeClient('http://localhost:1').issueAccessToken({ ...request, userId }));
    expect(failure.message).toContain('userIdPattern');
  });

  it('widens what is let through', async () => {
    await using server = await startServer(issuing);
    await makeClient(server.url, { userIdPattern: /[\w-]+/g }).issueAccessToken({ ...request, userId });
    await makeClient(server.url, { userIdPattern: /^[\w-]+$/ }).issueAccessToken({ ...request, userId });
    expect(server.received).toHaveLength(2);
  });

  it('narrows it, too, and its refusal says so', async () => {
    const client = makeClient('http://localhost:1', { userIdPattern: /u\d+/ });
    const failure = await failureOf(client.issueAccessToken({ ...request, userId: 'xu17' }));
    expect(failure).toMatchObject({ code: 'INVALID_REQUEST', issues: [{ field: 'userId', keyword: 'pattern' }] });
    expect(failure.message).toContain('userIdPattern');
  });

  it('leaves the length limits in place', async () => {
    const client = makeClient('http://localhost:1', { userIdPattern: /[\w-]+/ });
    const failure = await failureOf(client.issueAccessToken({ ...request, userId: '-'.repeat(65) }));
    expect(failure).toMatchObject({ issues: [{ field: 'userId', keyword: 'maxLength' }] });
  });
});

describe('the App Secret', () => {
  it('shows nowhere in a client', () => {
    const client = makeClient('http://localhost:1');
    const shown = inspect(client, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(client);
    expect(shown).not.toContain(appSecret);
  });
});
