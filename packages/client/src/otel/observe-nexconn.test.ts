import { channel } from 'node:diagnostics_channel';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ClientSettings,
  credentials,
  failureOf,
  makeClient,
  path,
  request,
} from '../../test/support/make-client.js';
import { type Answerer, issued, json, type Listener, startServer } from '../../test/support/start-server.js';
import type { CallInfo, NexconnClient, NexconnEvent } from '../index.js';
import { type NexconnObserver, observeNexconn } from './observe-nexconn.js';

const spans = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const tracer = tracerProvider.getTracer('test');
const points = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 3_600_000 });
const meterProvider = new MeterProvider({ readers: [reader] });

/** What a caller hands in that no trace may show. */
const secrets = [credentials.appSecret, 'jlk456j5', 'Ada', issued.result.accessToken.trim()];
const retry = { baseDelayMs: 1, maxDelayMs: 2 };

let observer: NexconnObserver;
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
});
beforeEach(async () => {
  observer = observeNexconn({ tracerProvider, meterProvider });
});
afterEach(async () => {
  spans.reset();
  await meterProvider.forceFlush();
  points.reset();
});
afterAll(async () => {
  context.disable();
  await meterProvider.shutdown();
});

/** Answers one request after the other, the last answer for all that follow. */
function inTurn(...answers: Answerer[]): Answerer {
  let next = 0;
  return (...given) => answers[Math.min(next++, answers.length - 1)]?.(...given);
}

function observed({ url }: Listener, settings: ClientSettings = {}): NexconnClient {
  return makeClient(url, { retry, onEvent: observer.onEvent, ...settings });
}

const named = (name: string): ReadableSpan[] => spans.getFinishedSpans().filter((span) => span.name === name);
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

async function measured(): Promise<Record<string, { attributes: object; value: unknown }[]>> {
  await meterProvider.forceFlush();
  const metrics = points.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
  return Object.fromEntries(metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]));
}

const limited = json(429, { code: 1008, errorMessage: 'Too many requests.' });

describe('the spans', () => {
  it('a call is one client span below what was active at its start, and each attempt is a child of it', async () => {
    await using api = await startServer(inTurn(limited, json(200, issued)));
    const client = observed(api);
    await tracer.startActiveSpan('login', async (login) => {
      const call = client.issueAccessToken(request, { requestId: 'r1', priority: 'bulk' });
      await context.with(trace.setSpan(context.active(), tracer.startSpan('other')), () => call);
      login.end();
    });
    const [login] = named('login');
    const [call] = named('nexconn issueAccessToken');
    const [first, second] = named('POST');
    expect(parentOf(call)).toBe(login?.spanContext().spanId);
    expect([parentOf(first), parentOf(second)]).toEqual([call?.spanContext().spanId, call?.spanContext().spanId]);
    expect(call).toMatchObject({
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'nexconn.operation': 'issueAccessToken',
        'nexconn.priority': 'bulk',
        'nexconn.attempts': 2,
        'nexconn.request_id': 'r1',
      },
      events: expect.arrayContaining([expect.objectContaining({ name: 'nexconn.wait' })]),
    });
    expect(call?.attributes).not.toHaveProperty('error.type');
    const http = {
      'http.request.method': 'POST',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(api.url).port),
      'url.full': `${api.url}${path}`,
      'nexconn.operation': 'issueAccessToken',
    };
    expect(first).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.ERROR } });
    expect(first?.attributes).toEqual({
      ...http,
      'http.response.status_code': 429,
      'error.type': '429',
      'nexconn.attempt': 1,
      'nexconn.api_code': 1008,
    });
    expect(second?.attributes).toEqual({
      ...http,
      'http.response.status_code': 200,
      'http.request.resend_count': 1,
      'nexconn.attempt': 2,
    });
  });

  it('the spans of the attempts lie within that of their call, one after the other', async () => {
    await using api = await startServer(inTurn(limited, json(200, issued)));
    await observed(api).issueAccessToken(request);
    const [call, first, second] = [...named('nexconn issueAccessToken'), ...named('POST')].map(
      ({ startTime, endTime }) => [startTime, endTime].map(([seconds, nanos]) => seconds * 1e3 + nanos / 1e6),
    ) as [number, number][];
    const moments = [call?.[0], first?.[0], first?.[1], second?.[0], second?.[1], call?.[1]];
    expect(moments).toEqual([...moments].sort((a, b) => Number(a) - Number(b)));
  });

  it('calls at the same time have spans of their own', async () => {
    await using api = await startServer(json(200, issued));
    const client = observed(api);
    await Promise.all([client.issueAccessToken(request), client.http.POST(path, { body: request })]);
    const calls = named('nexconn issueAccessToken').map((span) => span.spanContext().spanId);
    expect(new Set(calls).size).toBe(2);
    expect(named('POST').map(parentOf).sort()).toEqual(calls.sort());
  });

  it('a failed call says why: the status of the attempt, the code of the error, the code of the API', async () => {
    await using api = await startServer(json(401, { code: 1004, errorMessage: 'The signature is wrong.' }));
    await failureOf(observed(api, { retry: false }).issueAccessToken(request));
    const attributes = { 'error.type': 'SIGNATURE_REJECTED', 'nexconn.api_code': 1004, 'nexconn.attempts': 1 };
    expect(named('nexconn issueAccessToken')).toMatchObject([{ status: { code: SpanStatusCode.ERROR }, attributes }]);
    expect(named('POST')).toMatchObject([{ attributes: { 'error.type': '401' } }]);
  });

  it('a refusal with HTTP 200 has the code of the error as its type, like one without any response', async () => {
    await using api = await startServer(
      inTurn(json(200, { code: 1002, errorMessage: 'Wrong.' }), (response) => response.destroy()),
    );
    const client = observed(api, { retry: false });
    await failureOf(client.issueAccessToken(request));
    await failureOf(client.issueAccessToken(request));
    expect(named('POST').map(({ attributes }) => attributes['error.type'])).toEqual(['REQUEST_REJECTED', 'NETWORK']);
    expect(named('POST')[1]?.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('a call that the caller ends has a span nevertheless', async () => {
    await using api = await startServer(() => {});
    await failureOf(observed(api).issueAccessToken(request, { signal: AbortSignal.timeout(20) }));
    expect(named('nexconn issueAccessToken')).toMatchObject([{ attributes: { 'error.type': 'ABORTED' } }]);
  });

  it('no span and no metric holds a secret, a token, a signature or a parameter', async () => {
    await using api = await startServer(
      inTurn(json(401, { code: 1004, errorMessage: credentials.appSecret }), json(200, issued)),
    );
    const client = observed(api);
    await failureOf(client.issueAccessToken(request));
    await client.issueAccessToken(request);
    const known = [...secrets, ...api.received.map(({ headers }) => String(headers.signature))];
    const told = spans
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => [name, attributes, events, status]);
    const text = JSON.stringify([told, await measured()]);
    expect(text).toContain('http.client.request.duration');
    expect(known.filter((each) => text.includes(each))).toEqual([]);
  });

  it('of a path with parameters the span has the names at most, and of an undocumented one nothing', () => {
    const tell = (call: CallInfo): void => {
      const common = { call, durationMs: 1 };
      observer.onEvent({ type: 'call-start', call });
      observer.onEvent({ type: 'attempt', ...common, attempt: 1, host: 'https://api.example.com', status: 200 });
      observer.onEvent({ type: 'call-end', ...common, attempts: 1, requestId: undefined });
    };
    const [method, priority] = ['GET', 'interactive'] as const;
    tell({ operationId: 'getUser', path: '/v4/users/{userId}', method, priority });
    tell({ operationId: undefined, path: '/v4/users/jlk456j5?secret=1', method: 'jlk456j5', priority });
    const urls = spans.getFinishedSpans().map(({ attributes }) => attributes['url.full']);
    expect(urls.filter(Boolean)).toEqual([
      'https://api.example.com/v4/users/REDACTED',
      'https://api.example.com/REDACTED',
    ]);
    expect(JSON.stringify(spans.getFinishedSpans().map(({ name, attributes }) => [name, attributes]))).not.toContain(
      'jlk456j5',
    );
    expect(named('GET')[0]?.attributes).toMatchObject({ 'server.address': 'api.example.com', 'server.port': 443 });
  });
});

describe('the metrics', () => {
  it('time each attempt, each call and each wait', async () => {
    await using api = await startServer(inTurn(limited, json(200, issued)));
    await observed(api, { rateLimit: false }).issueAccessToken(request);
    const operation = { 'nexconn.operation': 'issueAccessToken' };
    const priority = { 'nexconn.priority': 'interactive' };
    const once = expect.objectContaining({ count: 1 });
    expect(await measured()).toMatchObject({
      'http.client.request.duration': [
        { attributes: { ...operation, 'http.response.status_code': 429, 'error.type': '429' }, value: once },
        { attributes: { ...operation, 'http.response.status_code': 200 }, value: once },
      ],
      'nexconn.client.call.duration': [{ attributes: { ...operation, ...priority }, value: once }],
      'nexconn.client.wait.duration': [
        { attributes: { ...operation, ...priority, 'nexconn.wait.reason': 'retry' }, value: once },
      ],
    });
  });

  it('are in seconds', async () => {
    const call = { operationId: 'issueAccessToken', method: 'POST', path, priority: 'interactive' } as const;
    observer.onEvent({
      type: 'call-end',
      call,
      requestId: 'r1',
      attempts: 0,
      durationMs: 1500,
      code: 'QUEUE_TOO_LONG',
    });
    expect(await measured()).toMatchObject({
      'nexconn.client.call.duration': [{ attributes: { 'error.type': 'QUEUE_TOO_LONG' }, value: { sum: 1.5 } }],
    });
  });

  it('count failovers, rotations, corrections of the clock, long texts, losses of the rate store, and have the limit in force', async () => {
    const [from, to] = ['https://a.example.com', 'https://b.example.com'];
    const cause = new Error('redis://user:password@redis failed');
    const longTextCall = { operationId: 'issueAccessToken', method: 'POST', path: '/', priority: 'bulk' } as const;
    const events: NexconnEvent[] = [
      { type: 'failover', from, to },
      { type: 'rotation' },
      { type: 'clock', offsetMs: 3 },
      { type: 'long-text', call: longTextCall, issues: [] },
      { type: 'rate-store', state: 'lost', cause },
      { type: 'rate-store', state: 'found' },
      { type: 'rate-limit', operationId: 'issueAccessToken', perSecond: 50, ownPerSecond: 200 },
    ];
    events.forEach(observer.onEvent);
    const all = await measured();
    expect(all).toMatchObject({
      'nexconn.client.failovers': [
        { attributes: { 'nexconn.failover.from': from, 'nexconn.failover.to': to }, value: 1 },
      ],
      'nexconn.client.rotations': [{ value: 1 }],
      'nexconn.client.clock_corrections': [{ value: 1 }],
      'nexconn.client.rate_limit': [{ attributes: { 'nexconn.operation': 'issueAccessToken' }, value: 50 }],
      'nexconn.client.long_texts': [{ attributes: { 'nexconn.operation': 'issueAccessToken' }, value: 1 }],
      'nexconn.client.rate_store_changes': [
        { attributes: { 'nexconn.rate_store.state': 'lost' }, value: 1 },
        { attributes: { 'nexconn.rate_store.state': 'found' }, value: 1 },
      ],
    });
    expect(JSON.stringify(all)).not.toContain('password');
  });
});

describe('subscribe', () => {
  it('observes every client of the process, until it is ended', async () => {
    await using api = await startServer(json(200, issued));
    const stop = observer.subscribe();
    await makeClient(api.url).issueAccessToken(request);
    stop();
    await makeClient(api.url).issueAccessToken(request);
    expect(named('nexconn issueAccessToken')).toHaveLength(1);
    expect(named('POST')).toHaveLength(1);
    expect(channel('nexconn:attempt').hasSubscribers).toBe(false);
  });

  it('counts an event once that comes to onEvent as well', async () => {
    await using api = await startServer(json(200, issued));
    const stop = observer.subscribe();
    await observed(api).issueAccessToken(request);
    stop();
    expect(spans.getFinishedSpans()).toHaveLength(2);
  });

  it('ends neither a call nor the process where a tracer or a meter throws, and is reported once', async () => {
    await using api = await startServer(json(200, issued));
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const uncaught = vi.fn();
    process.once('uncaughtException', uncaught);
    const startSpan = (): never => {
      throw new Error('The exporter is broken.');
    };
    const { subscribe } = observeNexconn({
      tracerProvider: { getTracer: () => ({ startSpan, startActiveSpan: startSpan }) },
      meterProvider,
    });
    const stop = subscribe();
    await expect(makeClient(api.url).issueAccessToken(request)).resolves.toMatchObject({ userId: 'jlk456j5' });
    await new Promise((resolve) => setImmediate(resolve));
    stop();
    process.off('uncaughtException', uncaught);
    expect(uncaught).not.toHaveBeenCalled();
    expect(warned.mock.calls.map(([message]) => message)).toEqual(['observeNexconn failed: The exporter is broken.']);
    warned.mockRestore();
  });

  it('takes no notice of what is left of a call that began before', async () => {
    await using api = await startServer(json(200, issued));
    const call = makeClient(api.url).issueAccessToken(request);
    const stop = observer.subscribe();
    await call;
    stop();
    expect(spans.getFinishedSpans()).toEqual([]);
  });
});

it('without any set-up of OpenTelemetry nothing happens', async () => {
  await using api = await startServer(json(200, issued));
  const { onEvent } = observeNexconn();
  await expect(makeClient(api.url, { onEvent }).issueAccessToken(request)).resolves.toMatchObject({
    userId: 'jlk456j5',
  });
});

it.each([undefined, null, 5, 'x', [], new Map()])('an event that is %o is refused by name', (event) => {
  const refused = expect.objectContaining({ code: 'INVALID_OPTION', option: 'event' });
  expect(() => observeNexconn().onEvent(event as never)).toThrow(refused);
});

it.each([new Map(), Promise.resolve({})])('options that are %o are refused', (options) => {
  const refused = expect.objectContaining({ code: 'INVALID_OPTION', option: 'options' });
  expect(() => observeNexconn(options as never)).toThrow(refused);
});

it.each([
  ['tracerProvider', 'tracerProvider.getTracer'],
  ['meterProvider', 'meterProvider.getMeter'],
])('%s that is no provider is refused by name', (name, option) => {
  const refused = expect.objectContaining({ code: 'INVALID_OPTION', option });
  for (const wrong of [5, {}]) expect(() => observeNexconn({ [name]: wrong })).toThrow(refused);
});
