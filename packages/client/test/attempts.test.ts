import { describe, expect, it } from 'vitest';
import { createNexconnClient, type NexconnEvent } from '../src/index.js';
import { type Answerer, issued, json, listen, raw } from './support/listen.js';
import { type ClientSettings, credentials, failureOf, path, request } from './support/make-client.js';

const refused = (code: number) => ({ code, errorMessage: 'x' });
const quick = { baseDelayMs: 1, maxDelayMs: 2 };

/** Answers in turn; the last answer stays. */
function inTurn(...answers: Answerer[]): Answerer {
  let at = 0;
  return (...given) => answers[Math.min(at++, answers.length - 1)]?.(...given);
}

const good = json(200, issued);
const silent: Answerer = () => {};
const cut: Answerer = (response) => response.destroy();

async function start(answer: Answerer, settings: ClientSettings = {}) {
  const server = await listen(answer);
  const events: NexconnEvent[] = [];
  const nexconn = createNexconnClient({
    ...credentials,
    baseUrl: server.url,
    retry: quick,
    rateLimit: false,
    onEvent: (event) => events.push(event),
    ...settings,
  });
  const dispose = async () => {
    await nexconn.close();
    await server[Symbol.asyncDispose]();
  };
  return { server, nexconn, events, [Symbol.asyncDispose]: dispose };
}

describe('each attempt', () => {
  it('is signed anew: two attempts, two nonces, two timestamps, one request ID', async () => {
    let time = 1408710653491;
    await using started = await start(inTurn(json(500, refused(1000)), good), { now: () => time++ });
    await started.nexconn.issueAccessToken(request);
    const headers = started.server.received.map(({ headers }) => headers);
    expect(headers).toHaveLength(2);
    for (const name of ['nonce', 'timestamp', 'signature']) {
      expect(new Set(headers.map((each) => each[name])).size, name).toBe(2);
    }
    expect(new Set(headers.map((each) => each['x-request-id'])).size).toBe(1);
    expect(new Set(started.server.received.map(({ body }) => body)).size).toBe(1);
  });

  it('is told of, with the wait between and the call around', async () => {
    await using started = await start(inTurn(json(429, refused(1008)), good));
    await started.nexconn.issueAccessToken(request, { requestId: 'r-1' });
    const call = { operationId: 'issueAccessToken', method: 'POST', path, priority: 'interactive' };
    const host = started.server.url;
    const durationMs = expect.any(Number);
    expect(started.events).toEqual([
      { type: 'call-start', call },
      { type: 'attempt', call, attempt: 1, host, durationMs, status: 429, code: 'RATE_LIMITED', apiCode: 1008 },
      { type: 'wait', call, reason: 'retry', durationMs },
      { type: 'attempt', call, attempt: 2, host, durationMs, status: 200 },
      { type: 'call-end', call, requestId: 'r-1', attempts: 2, durationMs },
    ]);
  });
});

describe('a call is repeated after', () => {
  it.each<[string, Answerer]>([
    ['a connection that closes', cut],
    ['a host that says nothing', silent],
    ['HTTP 408', raw(408, '')],
    ['HTTP 429', raw(429, '')],
    ['HTTP 503 with HTML', raw(503, '<html>', { 'content-type': 'text/html' })],
    ['code 1000', json(500, refused(1000))],
    ['code 1050', json(504, refused(1050))],
    ['code 1008 on HTTP 200', json(200, refused(1008))],
  ])('%s, in both styles', async (_, answer) => {
    await using started = await start(inTurn(answer, good, answer, good), { timeoutMs: 400 });
    expect(await started.nexconn.issueAccessToken(request)).toEqual(issued.result);
    expect((await started.nexconn.http.POST(path, { body: request })).data).toEqual(issued);
    expect(started.server.received).toHaveLength(4);
  });
});

describe('a call is not repeated after', () => {
  it.each([
    [400, 1002],
    [400, 1005],
    [401, 1004],
    [401, 1006],
    [403, 2007],
    [404, 404],
    [405, 1007],
    [430, 1009],
    [200, 1002],
  ])('HTTP %d with code %d, in both styles', async (status, code) => {
    await using started = await start(json(status, refused(code)));
    const failure = await failureOf(started.nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ apiCode: code, status, attempts: 1 });
    expect((await started.nexconn.http.POST(path, { body: request })).error).toEqual(refused(code));
    expect(started.server.received).toHaveLength(2);
  });
});

describe('the budget', () => {
  it('is four attempts, which the error counts', async () => {
    await using started = await start(json(500, refused(1000)));
    const failure = await failureOf(started.nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'SERVICE_FAILED', apiCode: 1000, attempts: 4 });
    expect((await started.nexconn.http.POST(path, { body: request })).error).toEqual(refused(1000));
    expect(started.server.received).toHaveLength(8);
  });

  it('is one attempt with retry: false', async () => {
    await using started = await start(cut, { retry: false });
    expect(await failureOf(started.nexconn.issueAccessToken(request))).toMatchObject({ code: 'NETWORK', attempts: 1 });
  });

  it('is a time, too: the error names the last failure as its cause', async () => {
    await using started = await start(inTurn(json(500, refused(1000)), silent));
    const failure = await failureOf(started.nexconn.issueAccessToken(request, { deadlineMs: 400 }));
    expect(failure).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      retryable: true,
      attempts: 2,
      cause: { code: 'SERVICE_FAILED', apiCode: 1000, attempts: 1 },
    });
    expect(failure.message).toContain('400 ms');
  });

  it('is not spent on a wait that it cannot hold', async () => {
    await using started = await start(raw(503, '', { 'retry-after': '2' }));
    const startedAt = performance.now();
    const failure = await failureOf(started.nexconn.issueAccessToken(request, { deadlineMs: 1_500 }));
    expect(failure).toMatchObject({ code: 'SERVICE_FAILED', attempts: 1 });
    expect(performance.now() - startedAt).toBeLessThan(1_400);
  });
});

describe('Retry-After', () => {
  it('is waited for', async () => {
    await using started = await start(inTurn(raw(429, '', { 'retry-after': '1' }), good));
    const startedAt = performance.now();
    await started.nexconn.issueAccessToken(request);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  it('is waited for no longer than maxRetryAfterMs', async () => {
    await using started = await start(inTurn(raw(429, '', { 'retry-after': '20' }), good), {
      retry: { ...quick, maxRetryAfterMs: 50 },
    });
    const startedAt = performance.now();
    await started.nexconn.issueAccessToken(request);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('a signal ends the call', () => {
  it('while it waits for its turn', async () => {
    await using started = await start(good, { rateLimit: { perSecond: 1 } });
    await started.nexconn.issueAccessToken(request);
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 0);
    expect(started.server.received).toHaveLength(1);
  });

  it('while it waits for its next attempt', async () => {
    await using started = await start(raw(429, '', { 'retry-after': '9' }));
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 1);
  });

  it('in flight', async () => {
    await using started = await start(silent);
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 1);
  });

  it('while a provider of secrets is asked', async () => {
    await using started = await start(good, { appSecret: () => new Promise(() => {}) });
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 0);
  });

  it('while a provider of secrets is asked again', async () => {
    let asked = 0;
    const appSecret = () => (asked++ === 0 ? Promise.resolve('SecretA') : new Promise<string>(() => {}));
    await using started = await start(json(401, refused(1004)), { appSecret });
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 1);
  });

  it('between two steps, as from a listener of events', async () => {
    const controller = new AbortController();
    const onEvent = ({ type }: NexconnEvent) => type === 'attempt' && controller.abort();
    await using started = await start(raw(503, '', { 'retry-after': '9' }), { onEvent });
    const failure = await failureOf(started.nexconn.issueAccessToken(request, { signal: controller.signal }));
    expect(failure).toMatchObject({ code: 'ABORTED', attempts: 1 });
  });

  async function expectAborted(act: (options: { signal: AbortSignal }) => Promise<unknown>, attempts: number) {
    const controller = new AbortController();
    const failing = failureOf(act({ signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const abortedAt = performance.now();
    controller.abort('gone');
    expect(await failing).toMatchObject({ code: 'ABORTED', cause: 'gone', attempts });
    expect(performance.now() - abortedAt).toBeLessThan(800);
  }
});

describe('a deadline ends the call', () => {
  it('while it waits for its turn', async () => {
    await using started = await start(good, { rateLimit: { perSecond: 1 } });
    await started.nexconn.issueAccessToken(request);
    const failure = await failureOf(started.nexconn.issueAccessToken(request, { deadlineMs: 50 }));
    expect(failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
  });

  it('while a provider of secrets is asked', async () => {
    await using started = await start(good, { appSecret: () => new Promise(() => {}), deadlineMs: 30 });
    const failure = await failureOf(started.nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
    expect(started.server.received).toEqual([]);
  });
});
