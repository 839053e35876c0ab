import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ClientSettings, failureOf, makeClient, path, request } from '../../test/support/make-client.js';
import { type Answerer, issued, json, raw, startServer } from '../../test/support/start-server.js';
import {
  NexconnAbortError,
  type NexconnClient,
  NexconnNetworkError,
  NexconnResponseError,
  NexconnServiceError,
  NexconnTimeoutError,
} from '../index.js';

/** Each failure must look the same in both styles. */
const styles: [string, (client: NexconnClient, options?: object) => Promise<unknown>][] = [
  ['the named method', (client, options) => client.issueAccessToken(request, options)],
  ['client.http', (client, options) => client.http.POST(path, { body: request, ...options })],
];

const silent: Answerer = () => {};
const drip: Answerer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"code":');
};

describe.each(styles)('%s', (_, act) => {
  async function failureWith(answer: Answerer, settings?: ClientSettings) {
    await using server = await startServer(answer);
    return await failureOf(act(makeClient(server.url, settings)));
  }

  it.each([
    ['a host that never answers', silent],
    ['a host that stops in the middle of the body', drip],
  ])('ends in TIMEOUT with %s', async (_, answer) => {
    const failure = await failureWith(answer, { timeoutMs: 30 });
    expect(failure).toBeInstanceOf(NexconnTimeoutError);
    expect(failure).toMatchObject({ code: 'TIMEOUT', retryable: true, operationId: 'issueAccessToken' });
    expect(failure.message).toContain('30 ms');
    expect(failure.requestId).toHaveLength(36);
  });

  it('ends in TIMEOUT by the timeoutMs of the call', async () => {
    await using server = await startServer(silent);
    expect((await failureOf(act(makeClient(server.url), { timeoutMs: 20 }))).code).toBe('TIMEOUT');
  });

  it('ends in TIMEOUT even where an injected fetch ignores the signal', async () => {
    const fetch = () => new Promise<Response>(() => {});
    expect((await failureOf(act(makeClient('http://localhost:1', { fetch, timeoutMs: 20 })))).code).toBe('TIMEOUT');
  });

  it('lets go of the body of an answer that comes too late', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    let answer = (_: Response): void => {};
    const fetch = () => new Promise<Response>((resolve) => (answer = resolve));
    await failureOf(act(makeClient('http://localhost:1', { fetch, timeoutMs: 20 })));
    answer(new Response(body));
    await new Promise((resolve) => setImmediate(resolve));
    expect(cancelled).toBe(true);
  });

  it('lets go of a body that does not end', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    const fetch = async () => new Response(body);
    expect((await failureOf(act(makeClient('http://localhost:1', { fetch, timeoutMs: 20 })))).code).toBe('TIMEOUT');
    expect(cancelled).toBe(true);
  });

  it('is not sent when its signal is aborted already', async () => {
    await using server = await startServer(json(200, issued));
    const reason = new Error('The user left.');
    const failure = await failureOf(act(makeClient(server.url), { signal: AbortSignal.abort(reason) }));
    expect(failure).toBeInstanceOf(NexconnAbortError);
    expect(failure).toMatchObject({ code: 'ABORTED', retryable: false, cause: reason });
    expect(server.received).toEqual([]);
  });

  it.each([
    ['while it waits', silent],
    ['while it reads', drip],
  ])('ends in ABORTED when its signal is aborted %s', async (_, answer) => {
    const controller = new AbortController();
    const failure = await failureOfAborted(controller, answer);
    expect(failure).toMatchObject({ code: 'ABORTED', cause: controller.signal.reason });
  });

  async function failureOfAborted(controller: AbortController, answer: Answerer) {
    await using server = await startServer((response, received, incoming) => {
      answer(response, received, incoming);
      setImmediate(() => controller.abort());
    });
    return await failureOf(act(makeClient(server.url), { signal: controller.signal }));
  }

  it('shares a signal with many calls without a warning of a leak', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): number => warnings.push(warning);
    process.on('warning', note);
    const fetch = () => new Promise<Response>(() => {});
    const client = makeClient('http://localhost:1', { fetch });
    const controller = new AbortController();
    const calls = Array.from({ length: 30 }, () => failureOf(act(client, { signal: controller.signal })));
    setImmediate(() => controller.abort());
    expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(Array(30).fill('ABORTED'));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('ends in NETWORK when nobody listens', async () => {
    const port = await freePort();
    const failure = await failureOf(act(makeClient(`http://127.0.0.1:${port}`)));
    expect(failure).toBeInstanceOf(NexconnNetworkError);
    expect(failure).toMatchObject({ code: 'NETWORK', retryable: true });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  it('ends in NETWORK when the host has no address', async () => {
    const failure = await failureOf(act(makeClient('https://nowhere.invalid')));
    expect(failure.code).toBe('NETWORK');
    expect(failure.message).toContain('https://nowhere.invalid');
  });

  it.each<[string, Answerer]>([
    ['before the answer', (response) => response.destroy()],
    [
      'in the middle of the body',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
        response.write('{"code":0,', () => response.destroy());
      },
    ],
  ])('ends in NETWORK when the connection closes %s', async (_, answer) => {
    expect((await failureWith(answer)).code).toBe('NETWORK');
  });

  it.each<[string, Answerer]>([
    ['announced', raw(200, ' '.repeat(2 ** 20 + 1), { 'content-length': String(2 ** 20 + 1) })],
    ['unannounced', raw(200, ' '.repeat(2 ** 20 + 1), { 'transfer-encoding': 'chunked' })],
  ])('refuses an %s body of more than 1 MiB', async (_, answer) => {
    const failure = await failureWith(answer);
    expect(failure).toBeInstanceOf(NexconnResponseError);
    expect(failure).toMatchObject({ code: 'RESPONSE_TOO_LARGE', status: 200 });
  });

  it.each<[string, Answerer]>([
    ['HTML', raw(200, '<html>token7FDmy0</html>', { 'content-type': 'text/html' })],
    ['nothing', raw(200, '')],
    ['no content', raw(204, '')],
    ['half of a JSON text', raw(200, '{"code":0,"result":{"accessToken":"token7FDmy0')],
    ['text that is not UTF-8', (response) => response.end(Buffer.from([0x22, 0xff, 0x22]))],
    ['a list', json(200, [])],
    ['null', json(200, null)],
    ['no code', json(200, { result: issued.result })],
    ['a code that is no number', json(200, { code: '0', result: issued.result })],
    ['no result', json(200, { code: 0 })],
    ['a result that is no object', json(200, { code: 0, result: 'token7FDmy0' })],
    ['a result without a token', json(200, { code: 0, result: { userId: 'token7FDmy0' } })],
  ])('refuses HTTP 200 with %s, without a word of it', async (_, answer) => {
    const failure = await failureWith(answer);
    expect(failure).toBeInstanceOf(NexconnResponseError);
    expect(failure).toMatchObject({ code: 'MALFORMED_RESPONSE', retryable: false });
    expect(failure.message).not.toContain('token7FDmy0');
  });

  it.each([502, 503, 504])('takes HTTP %d with HTML for a failed service', async (status) => {
    const failure = await failureWith(raw(status, '<html>', { 'content-type': 'text/html; charset=utf-8' }));
    expect(failure).toBeInstanceOf(NexconnServiceError);
    expect(failure).toMatchObject({ code: 'SERVICE_FAILED', status, retryable: true });
    expect(failure.apiCode).toBeUndefined();
    expect(failure.message).toContain('text/html');
  });

  it.each([
    [301, 'UNEXPECTED_RESPONSE'],
    [401, 'UNAUTHORIZED'],
    [404, 'UNEXPECTED_RESPONSE'],
    [408, 'SERVICE_FAILED'],
    [429, 'RATE_LIMITED'],
  ])('goes by the status where HTTP %d comes without a body', async (status, code) => {
    expect(await failureWith(raw(status, ''))).toMatchObject({ code, status });
  });

  it('throws an error of the API whose status no Response can have', async () => {
    const failure = await failureWith(json(999, { code: 1000, errorMessage: 'x' }));
    expect(failure).toMatchObject({ code: 'SERVICE_FAILED', apiCode: 1000, status: 999 });
  });

  it('does not follow a redirect, which would carry the signature to another host', async () => {
    await using other = await startServer(json(200, issued));
    const failure = await failureWith(raw(307, '', { location: `${other.url}${path}` }));
    expect(failure).toMatchObject({ code: 'UNEXPECTED_RESPONSE', status: 307 });
    expect(other.received).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
