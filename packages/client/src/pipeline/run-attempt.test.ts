import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { makeCall } from '../../test/support/make-call.js';
import { type ClientSettings, failureOf } from '../../test/support/make-client.js';
import { makeParts } from '../../test/support/make-parts.js';
import type { Call } from '../call/call.js';
import { startDeadline } from '../call/deadline.js';
import type { CallOptions, NexconnEvent } from '../index.js';
import { BodyTooLarge, ConnectionReset, type HttpRequest, type TransportHandler } from '../transport/transport.js';
import { runAttempt } from './run-attempt.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

const bytes = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
const issued = { code: 0, result: { userId: 'a', accessToken: 'b' } };
const request: HttpRequest = { origin: '', path: '/issue', method: 'POST', headers: { extra: '1' }, body: '{}' };
const info = makeCall().info;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  vi.advanceTimersByTime(70);
});
afterEach(() => {
  vi.useRealTimers();
});

/** One call, of which a test is the transport. */
function start(callOptions: CallOptions = {}, options: ClientSettings = {}, baseUrls = ['http://localhost:1']) {
  const monotonicNow = () => performance.now();
  const events: NexconnEvent[] = [];
  const emit = (type: string, make: () => object) => void events.push({ type, ...make() } as NexconnEvent);
  const parts = makeParts({ options: { now: Date.now, ...options }, baseUrls, monotonicNow, emit });
  const sent: (TransportHandler & { readonly request: HttpRequest; isCancelled: boolean })[] = [];
  const call: Call = {
    ...makeCall(callOptions, parts.settings),
    send(request, handler) {
      const entry = { request, ...handler, isCancelled: false };
      sent.push(entry);
      return () => {
        entry.isCancelled = true;
      };
    },
  };
  const deadline = startDeadline(call, monotonicNow);
  const last = () => sent.at(-1) as (typeof sent)[number];
  return {
    call,
    parts,
    sent,
    last,
    events,
    attempt: () => runAttempt(request, call, deadline, parts),
    answer: (status: number, body: unknown) =>
      last().onResponse({ status, statusText: '', headers: {}, bytes: bytes(body) }),
  };
}

describe('an attempt', () => {
  it('is sent before anything is awaited, where there is nothing to wait for', () => {
    const { attempt, sent } = start();
    void attempt();
    expect(sent).toHaveLength(1);
  });

  it('is sent to the host that was picked, with a signature', async () => {
    const { attempt, answer, last } = start();
    const ending = attempt();
    expect(last().request).toEqual({
      origin: 'http://localhost:1',
      path: '/issue',
      method: 'POST',
      headers: expect.objectContaining({ extra: '1', Signature: expect.stringMatching(/^[0-9a-f]{40}$/) }),
      body: '{}',
      isRepeated: false,
      isOverNewConnection: false,
    });
    answer(200, issued);
    expect((await ending).failure).toBeUndefined();
  });

  it('after the first one is marked, and onPermit is called for the first alone', async () => {
    const onPermit = vi.fn(async () => {});
    const { attempt, answer, last, sent } = start({ onPermit });
    for (const isRepeated of [false, true]) {
      const ending = attempt();
      await until(() => expect(sent).toHaveLength(isRepeated ? 2 : 1));
      expect(last().request).toMatchObject({ isRepeated, isOverNewConnection: false });
      answer(500, { code: 1000, errorMessage: 'x' });
      await ending;
    }
    expect(onPermit).toHaveBeenCalledTimes(1);
  });

  it('is not sent before onPermit has settled', async () => {
    let settle = (): void => {};
    const { attempt, sent } = start({ onPermit: () => new Promise<void>((resolve) => (settle = resolve)) });
    void attempt();
    await vi.advanceTimersByTimeAsync(10);
    expect(sent).toEqual([]);
    settle();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
  });

  it('is measured, and told of with what came of it', async () => {
    const { attempt, answer, last, events, call } = start();
    const sentAt = Date.now();
    for (const body of [{ code: 1000, errorMessage: 'x' }, '', issued]) {
      const ending = attempt();
      await vi.advanceTimersByTimeAsync(40);
      answer(body === issued ? 200 : 500, body);
      expect(await ending).toMatchObject({ tookMs: 40 });
    }
    const ending = attempt();
    last().onError(new Error('cut'));
    expect(await ending).toMatchObject({ sentAt: sentAt + 120, receivedAt: sentAt + 120, isReset: false });
    const shared = { type: 'attempt', call: info, host: 'http://localhost:1' };
    expect(events).toStrictEqual([
      { ...shared, attempt: 1, durationMs: 40, status: 500, code: 'SERVICE_FAILED', apiCode: 1000 },
      { ...shared, attempt: 2, durationMs: 40, status: 500, code: 'SERVICE_FAILED' },
      { ...shared, attempt: 3, durationMs: 40, status: 200 },
      { ...shared, attempt: 4, durationMs: 0, code: 'NETWORK' },
    ]);
    expect(call.attempts).toBe(4);
  });

  it('keeps the headers of a response that is too long, and those of nothing else', async () => {
    const { attempt, last } = start();
    const headers = { 'retry-after': '7' };
    for (const [error, kept] of [
      [new BodyTooLarge({ status: 429, headers }), headers],
      [Object.assign(new Error('cut'), { headers }), undefined],
    ] as const) {
      const ending = attempt();
      last().onError(error);
      expect((await ending).unreadHeaders).toBe(kept);
    }
  });

  it('tells of texts that are longer than documented', async () => {
    const { attempt, answer, events } = start();
    const ending = attempt();
    answer(200, { code: 0, result: { userId: 'a', accessToken: 'b'.repeat(10_000) } });
    await ending;
    const issues = [{ field: 'accessToken', keyword: 'maxLength' }];
    expect(events).toMatchObject([
      { type: 'long-text', call: info, issues },
      { type: 'attempt', status: 200 },
    ]);
  });

  it.each([
    ['is too long', () => 'x'.repeat(100)],
    [
      'throws',
      () => {
        throw new Error('The seed is missing.');
      },
    ],
  ])('whose nonce %s is not sent, and no fault of the network', async (_, nonce) => {
    const { attempt, sent } = start({}, { nonce });
    const failure = await failureOf(attempt());
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', retryable: false, attempts: 0 });
    expect(failure.message).toContain('issueAccessToken could not be signed: ');
    expect(sent).toEqual([]);
  });

  it.each<[string, 'answered' | 'refused' | 'lost', (started: ReturnType<typeof start>) => void]>([
    ['a success', 'answered', ({ answer }) => answer(200, issued)],
    ['a failure of the service', 'answered', ({ answer }) => answer(500, { code: 1000, errorMessage: 'x' })],
    ['a refusal for the rate', 'refused', ({ answer }) => answer(429, { code: 1008, errorMessage: 'x' })],
    ['a connection that failed', 'lost', ({ last }) => last().onError(new Error('cut'))],
  ])('releases its permit with what came of it: %s', async (_, outcome, come) => {
    const started = start();
    const release = vi.fn();
    started.call.permit = { release };
    const ending = started.attempt();
    expect(release).not.toHaveBeenCalled();
    come(started);
    await ending;
    expect(release.mock.calls).toEqual([[outcome]]);
    expect(started.call.permit).toBeUndefined();
  });
});

it.each([
  [200, issued, undefined],
  [429, { code: 1008, errorMessage: 'x' }, 'RATE_LIMITED'],
])('an attempt without a permit ends as well (%d)', async (status, body, code) => {
  const { attempt, answer } = start();
  const ending = attempt();
  answer(status, body);
  expect((await ending).failure?.code).toBe(code);
});

it('an error that names the secret or the signature shows neither', async () => {
  const { attempt, last } = start();
  const ending = attempt();
  const { Signature } = last().request.headers;
  last().onError(new Error(`SecretA made ${Signature}`));
  expect((await ending).failure?.cause).toMatchObject({ message: '[redacted] made [redacted]' });
});

it('a port that fetch never calls is told as a mistake in baseUrl', async () => {
  const { attempt, last } = start();
  const ending = attempt();
  last().onError(new TypeError('fetch failed', { cause: new Error('bad port') }));
  const { failure } = await ending;
  expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'baseUrl', retryable: false });
  expect(failure?.message).toMatch(/fetch never calls the port of http:\/\/localhost:1\. Give baseUrl another port\.$/);
});

describe('an attempt at a kept connection that was closed', () => {
  it('is sent again over a new one, counts once, and is told of once', async () => {
    const { attempt, answer, last, call, events } = start();
    const first = attempt();
    last().onError(new ConnectionReset('', { cause: new Error('other side closed') }));
    expect(await first).toMatchObject({ isReset: true, isResent: false, failure: { code: 'NETWORK' } });
    expect((await first).failure?.cause).toMatchObject({ message: 'other side closed' });
    expect(events).toEqual([]);
    call.resend = 'due';
    const second = attempt();
    expect(last().request).toMatchObject({ isRepeated: true, isOverNewConnection: true });
    expect(call.resend).toBe('done');
    last().onError(new ConnectionReset());
    expect(await second).toMatchObject({ isReset: true, isResent: true });
    expect(call.attempts).toBe(1);
    expect(events).toMatchObject([{ type: 'attempt', attempt: 1, code: 'NETWORK' }]);
    void attempt();
    expect(call.attempts).toBe(2);
    answer(200, issued);
  });
});

describe('the time of an attempt', () => {
  it.each([
    ['TIMEOUT', 100, 200, 100],
    ['TIMEOUT', 100, 100, 100],
    ['DEADLINE_EXCEEDED', 101, 100, 100],
  ])('ends in %s with a timeout of %d ms and a deadline of %d', async (code, timeoutMs, deadlineMs, afterMs) => {
    const { attempt, last } = start({ timeoutMs, deadlineMs });
    const ending = attempt();
    await vi.advanceTimersByTimeAsync(afterMs - 1);
    expect(last().isCancelled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(last().isCancelled).toBe(true);
    expect(await ending).toMatchObject({ failure: { code, attempts: 1 }, tookMs: afterMs });
  });

  it.each([
    ['TIMEOUT', 899, 100],
    ['TIMEOUT', 900, 100],
    ['DEADLINE_EXCEEDED', 901, 99],
  ])('begins after a wait for a connection: %s after %d ms of waiting', async (code, waitMs, afterMs) => {
    const { attempt, last, call, events } = start({ timeoutMs: 100, deadlineMs: 1_000 });
    const began = Date.now();
    const ending = attempt();
    expect(call.attempts).toBe(1);
    last().onWait?.();
    expect(call.attempts).toBe(0);
    await vi.advanceTimersByTimeAsync(waitMs);
    last().onSend?.('connection');
    expect(call.attempts).toBe(1);
    expect(events).toEqual([{ type: 'wait', call: info, reason: 'connection', durationMs: waitMs }]);
    await vi.advanceTimersByTimeAsync(afterMs - 1);
    expect(last().isCancelled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const attempted = await ending;
    expect(attempted).toMatchObject({ failure: { code }, tookMs: afterMs, sentAt: began + waitMs, isSent: true });
  });

  it('begins as well after a wait for what sends it, which is nothing to be told of', async () => {
    const { attempt, last, call, events } = start({ timeoutMs: 100 });
    const ending = attempt();
    last().onWait?.();
    await vi.advanceTimersByTimeAsync(500);
    last().onSend?.('transport');
    expect([call.attempts, events]).toEqual([1, []]);
    last().onError(new Error('cut'));
    expect(await ending).toMatchObject({ tookMs: 0, failure: { code: 'NETWORK' } });
  });

  it('is that of the call where it waits for a connection until then: nothing was sent', async () => {
    const { attempt, last, call, parts, events } = start({ timeoutMs: 100, deadlineMs: 1_000 });
    const release = vi.fn();
    call.permit = { release };
    const released = vi.spyOn(parts.failover, 'released');
    const failing = failureOf(attempt());
    last().onWait?.();
    await vi.advanceTimersByTimeAsync(999);
    expect(last().isCancelled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await failing).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
    expect(released).toHaveBeenCalledTimes(1);
    expect(release).not.toHaveBeenCalled();
    expect(events).toEqual([]);
  });

  it('goes on at the other host, as the same attempt, where the one that it waits for goes down', async () => {
    const { attempt, last, call, sent, parts, events, answer } = start({}, {}, [
      'http://a.example',
      'http://b.example',
    ]);
    const other = parts.failover.pick();
    call.resend = 'due';
    const ending = attempt();
    last().onWait?.();
    await vi.advanceTimersByTimeAsync(10);
    parts.failover.failed(other);
    expect(last().isCancelled).toBe(true);
    expect(events).toEqual([{ type: 'wait', call: info, reason: 'connection', durationMs: 10 }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.map(({ request: { origin } }) => origin)).toEqual(['http://a.example', 'http://b.example']);
    answer(200, issued);
    expect(await ending).toMatchObject({ isResent: true, isSent: true, failure: undefined });
    expect([call.attempts, call.resend]).toEqual([0, 'done']);
  });

  it.each(['connection', 'transport'] as const)('stays at its host once a wait for a %s is over', async (waitedFor) => {
    const { attempt, last, parts, answer } = start({}, {}, ['http://a.example', 'http://b.example']);
    const other = parts.failover.pick();
    const ending = attempt();
    last().onWait?.();
    last().onSend?.(waitedFor);
    parts.failover.failed(other);
    expect(last().isCancelled).toBe(false);
    answer(200, issued);
    expect((await ending).host.origin).toBe('http://a.example');
  });

  it('is over at once where the signal is aborted before it is signed', async () => {
    const controller = new AbortController();
    const { attempt, sent } = start({ signal: controller.signal, onPermit: async () => controller.abort() });
    expect((await failureOf(attempt())).code).toBe('ABORTED');
    expect(sent).toEqual([]);
  });
});

describe('an onPermit that does not settle', () => {
  const onPermit = () => new Promise<never>(() => {});

  it('ends with the deadline of its call', async () => {
    const { attempt, sent } = start({ onPermit, deadlineMs: 300 });
    const failed = failureOf(attempt());
    await vi.advanceTimersByTimeAsync(300);
    expect(await failed).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
    expect(sent).toEqual([]);
  });

  it('ends with its signal', async () => {
    const aborter = new AbortController();
    const { attempt } = start({ onPermit, signal: aborter.signal });
    const failed = failureOf(attempt());
    aborter.abort();
    expect(await failed).toMatchObject({ code: 'ABORTED', attempts: 0 });
  });
});
