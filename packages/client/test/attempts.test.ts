import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../test/support/until.js';
import { createNexconnClient, type NexconnEvent } from '../src/index.js';
import { type ClientSettings, credentials, failureOf, path, request } from './support/make-client.js';
import { outlast, outlasted } from './support/outlast.js';
import { type Answerer, issued, json, raw, startServer } from './support/start-server.js';

vi.mock('../src/system-time.js', async () => ({
  ...(await import('../../../test/support/faked-time.js')),
  ...(await import('./support/outlast.js')),
}));

const refused = (code: number) => ({ code, errorMessage: 'x' });
const quick = { baseDelayMs: 1, maxDelayMs: 2 };

/** Answers one request after the other; the last answer stays. */
function inTurn(...answers: Answerer[]): Answerer {
  let at = 0;
  return (...given) => answers[Math.min(at++, answers.length - 1)]?.(...given);
}

const good = json(200, issued);
const silent: Answerer = () => {};
const cut: Answerer = (response) => response.destroy();

async function start(answer: Answerer, settings: ClientSettings = {}) {
  const server = await startServer(answer);
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

/** Starts on a time that the test moves, with answers that come without a connection; the last one stays. */
function startOnFakeTime(answers: (() => Response | Promise<Response>)[], settings: ClientSettings = {}) {
  vi.useFakeTimers();
  let asked = 0;
  const events: NexconnEvent[] = [];
  const nexconn = createNexconnClient({
    ...credentials,
    baseUrl: 'http://localhost:1',
    fetch: async () => {
      const answer = answers[Math.min(asked, answers.length - 1)] as (typeof answers)[number];
      asked += 1;
      return answer();
    },
    retry: quick,
    rateLimit: false,
    onEvent: (event) => events.push(event),
    ...settings,
  });
  return { nexconn, events, asked: () => asked };
}

afterEach(() => void vi.useRealTimers());

const busy = (retryAfter: string) => () => new Response('', { status: 429, headers: { 'retry-after': retryAfter } });
const fine = () => Response.json(issued);

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
      { type: 'client-start', hosts: [host] },
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
    ['a host that says nothing', outlast],
    ['HTTP 408', raw(408, '')],
    ['HTTP 429', raw(429, '')],
    ['HTTP 503 with HTML', raw(503, '<html>', { 'content-type': 'text/html' })],
    ['code 1000', json(500, refused(1000))],
    ['code 1050', json(504, refused(1050))],
    ['code 1008 on HTTP 200', json(200, refused(1008))],
  ])('%s, in both styles', async (_, answer) => {
    await using started = await start(inTurn(answer, good, answer, good), outlasted);
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
    const failed = () => Response.json(refused(1000), { status: 500 });
    const { nexconn } = startOnFakeTime([failed, () => new Promise(() => {})]);
    const failing = failureOf(nexconn.issueAccessToken(request, { deadlineMs: 400 }));
    await vi.advanceTimersByTimeAsync(400);
    const failure = await failing;
    expect(failure).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      retryable: true,
      attempts: 2,
      cause: { code: 'SERVICE_FAILED', apiCode: 1000, attempts: 1 },
    });
    expect(failure.message).toContain('400 ms');
  });

  it('is not spent on a wait that it cannot hold', async () => {
    const { nexconn, events } = startOnFakeTime([busy('2')]);
    const failure = await failureOf(nexconn.issueAccessToken(request, { deadlineMs: 1_500 }));
    expect(failure).toMatchObject({ code: 'RATE_LIMITED', attempts: 1 });
    expect(events.map(({ type }) => type)).not.toContain('wait');
  });
});

describe('an attempt after the first', () => {
  /** Starts calls one after the other, of which the first attempt fails; returns in which order they are sent. */
  async function startCrowd() {
    vi.useFakeTimers();
    const sent: string[] = [];
    const fetch = async ({ headers }: Request) => {
      sent.push(headers.get('x-request-id') ?? '');
      return sent.length === 1 ? Response.json(refused(1000), { status: 500 }) : fine();
    };
    const nexconn = createNexconnClient({
      ...credentials,
      baseUrl: 'http://localhost:1',
      fetch,
      retry: quick,
      rateLimit: { perSecond: 1 },
    });
    const settled = ['a', 'b', 'c', 'd'].map((requestId) =>
      nexconn.issueAccessToken(request, { requestId }).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    await vi.advanceTimersByTimeAsync(500);
    return { nexconn, sent, settled };
  }

  it('goes ahead of calls that have not been sent', async () => {
    const { sent, settled } = await startCrowd();
    expect(sent).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await Promise.all(settled)).toEqual([undefined, undefined, undefined, undefined]);
    expect(sent).toEqual(['a', 'a', 'b', 'c', 'd']);
  });

  it('that is ended while it waits for its permit names the failure before as the cause', async () => {
    const { nexconn, settled } = await startCrowd();
    await nexconn.close();
    const [first, second] = await Promise.all(settled);
    expect(first).toMatchObject({
      code: 'ABORTED',
      attempts: 1,
      message: expect.stringContaining('was not sent again'),
      cause: { code: 'SERVICE_FAILED', apiCode: 1000 },
    });
    expect(second).toMatchObject({ code: 'ABORTED', attempts: 0, message: expect.stringContaining('was not sent:') });
  });
});

describe('Retry-After', () => {
  it.each([
    ['is waited for', '1', quick, 1_000],
    ['is waited for no longer than maxRetryAfterMs', '20', { ...quick, maxRetryAfterMs: 50 }, 50],
  ])('%s', async (_, retryAfter, retry, waitMs) => {
    const { nexconn, asked } = startOnFakeTime([busy(retryAfter), fine], { retry });
    const issuing = nexconn.issueAccessToken(request);
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(asked()).toBe(1);
    // With the jitter that comes on top.
    await vi.advanceTimersByTimeAsync(1 + quick.maxDelayMs);
    expect(asked()).toBe(2);
    expect(await issuing).toEqual(issued.result);
  });
});

/** Longer than a test may take: what does not end by its signal does not end. */
const patient = {
  timeoutMs: 3_600_000,
  deadlineMs: 7_200_000,
  retry: { ...quick, maxRetryAfterMs: 3_600_000 },
};
const never = () => new Promise<string>(() => {});

describe('a signal ends the call', () => {
  it('while it waits for a permit', async () => {
    await using started = await start(good, { rateLimit: { perSecond: 1 } });
    const first = started.nexconn.issueAccessToken(request);
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 0);
    await first;
    expect(started.server.received).toHaveLength(1);
  });

  it('while it waits for its next attempt', async () => {
    await using started = await start(raw(429, '', { 'retry-after': '3600' }), patient);
    const isWaiting = () => expect(started.events.at(-1)?.type).toBe('attempt');
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 1, isWaiting);
  });

  it('in flight', async () => {
    await using started = await start(silent, patient);
    const isSent = () => expect(started.server.received).toHaveLength(1);
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 1, isSent);
  });

  it('while a provider of secrets is asked', async () => {
    await using started = await start(good, { ...patient, appSecret: never });
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 0);
  });

  it('while a provider of secrets is asked again', async () => {
    const appSecret = vi.fn(never).mockResolvedValueOnce('SecretA');
    await using started = await start(json(401, refused(1004)), { ...patient, appSecret });
    const isAsked = () => expect(appSecret).toHaveBeenCalledTimes(2);
    await expectAborted((options) => started.nexconn.issueAccessToken(request, options), 1, isAsked);
  });

  it('between two steps, as from a listener of events', async () => {
    const controller = new AbortController();
    const onEvent = ({ type }: NexconnEvent) => type === 'attempt' && controller.abort();
    await using started = await start(raw(503, '', { 'retry-after': '3600' }), { ...patient, onEvent });
    const failure = await failureOf(started.nexconn.issueAccessToken(request, { signal: controller.signal }));
    expect(failure).toMatchObject({ code: 'ABORTED', attempts: 1 });
  });

  async function expectAborted(
    act: (options: { signal: AbortSignal }) => Promise<unknown>,
    attempts: number,
    isUnderWay: () => void = () => {},
  ) {
    const controller = new AbortController();
    const failing = failureOf(act({ signal: controller.signal }));
    await until(isUnderWay);
    controller.abort('gone');
    expect(await failing).toMatchObject({ code: 'ABORTED', cause: 'gone', attempts });
  }
});

describe('a deadline ends the call', () => {
  it('while it waits for a permit', async () => {
    await using started = await start(good, { rateLimit: { perSecond: 1 } });
    const first = started.nexconn.issueAccessToken(request);
    const failure = await failureOf(started.nexconn.issueAccessToken(request, { deadlineMs: 50 }));
    expect(failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
    await first;
  });

  it('while a provider of secrets is asked', async () => {
    await using started = await start(good, { appSecret: never, deadlineMs: 30 });
    const failure = await failureOf(started.nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
    expect(started.server.received).toEqual([]);
  });
});
