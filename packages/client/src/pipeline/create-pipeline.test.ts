import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCall } from '../../test/support/make-call.js';
import { type ClientSettings, failureOf } from '../../test/support/make-client.js';
import { makeParts } from '../../test/support/make-parts.js';
import type { Call } from '../call/call.js';
import type { AcceptedAttempt, CallOptions, NexconnEvent } from '../index.js';
import type { HttpRequest, TransportHandler } from '../transport/transport.js';
import { createPipeline } from './run-call.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

const issued = { code: 0, result: { userId: 'a', accessToken: 'b' } };
const failed = { code: 1000, errorMessage: 'x' };
const request: HttpRequest = { origin: '', path: '/issue', method: 'POST', headers: {}, body: '{}' };
const info = makeCall().info;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  vi.advanceTimersByTime(70);
});
afterEach(() => {
  vi.useRealTimers();
});

/** A pipeline of which a test is the transport; its delays are the longest that there may be. */
function start(options: ClientSettings = {}, baseUrls = ['http://localhost:1/prefix']) {
  const events: NexconnEvent[] = [];
  const emit = (type: string, make: () => object) => void events.push({ type, ...make() } as NexconnEvent);
  const parts = makeParts({
    options: { now: Date.now, ...options },
    baseUrls,
    monotonicNow: () => performance.now(),
    emit,
  });
  const release = vi.fn();
  const waitForPermit = (call: Call) => {
    call.permit = { release };
    return undefined;
  };
  const pipeline = createPipeline({ ...parts, rateLimits: { ...parts.rateLimits, waitForPermit } });
  const sent: (TransportHandler & { readonly request: HttpRequest })[] = [];
  return {
    pipeline,
    parts,
    sent,
    events,
    release,
    run(callOptions: CallOptions = {}, origin = '') {
      const call: Call = {
        ...makeCall(callOptions, parts.settings),
        send(request, handler) {
          sent.push({ request, ...handler });
          return () => {};
        },
      };
      return pipeline.run({ ...request, origin }, call);
    },
    async answer(status: number, body: unknown) {
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      sent.shift()?.onResponse({ status, statusText: '', headers: {}, bytes });
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('a call', () => {
  it('is told of from its start to its end, with the times that it took', async () => {
    const { run, answer, events } = start();
    const running = run({ requestId: 'r-1' });
    await vi.advanceTimersByTimeAsync(30);
    await answer(500, failed);
    await vi.advanceTimersByTimeAsync(200);
    await answer(200, issued);
    expect((await running).failure).toBeUndefined();
    expect(events.filter(({ type }) => type !== 'attempt')).toStrictEqual([
      { type: 'call-start', call: info },
      { type: 'wait', call: info, reason: 'retry', durationMs: 200 },
      { type: 'call-end', call: info, requestId: 'r-1', attempts: 2, durationMs: 230 },
    ]);
  });

  it('goes on at the backup at once, which is no wait to be told of', async () => {
    const { run, answer, sent, events } = start({}, ['http://localhost:1', 'http://localhost:2']);
    const running = run();
    await answer(500, failed);
    expect(sent.map(({ request: { origin } }) => origin)).toEqual(['http://localhost:2']);
    await answer(200, issued);
    await running;
    expect(events.map(({ type }) => type)).toEqual(['call-start', 'attempt', 'attempt', 'call-end']);
  });

  it.each<[string, string, (started: ReturnType<typeof start>) => Promise<unknown>]>([
    ['is refused', 'REQUEST_REJECTED', ({ answer }) => answer(400, { code: 1002, errorMessage: 'x' })],
    ['fails', 'UNEXPECTED_RESPONSE', ({ answer }) => answer(302, {})],
  ])('that %s is told of with its code', async (_, code, come) => {
    const started = start();
    const ending = Promise.allSettled([started.run()]);
    await come(started);
    const [settled] = await ending;
    // A refusal of the API is an answer, and whatever else is thrown.
    if (settled.status === 'fulfilled') expect(settled.value.failure?.code).toBe(code);
    else expect(settled.reason.code).toBe(code);
    expect(settled.status).toBe(code === 'REQUEST_REJECTED' ? 'fulfilled' : 'rejected');
    expect(started.events.at(-1)).toMatchObject({ type: 'call-end', attempts: 1, code });
  });

  it('goes to its own host instead of the client’s', async () => {
    const { run, sent } = start();
    void run();
    void run({}, 'http://localhost:2');
    expect(sent.map(({ request: { origin, path } }) => origin + path)).toEqual([
      'http://localhost:1/prefix/issue',
      'http://localhost:2/issue',
    ]);
  });

  it('that was aborted before it began ends without an attempt, and with an event', async () => {
    const { run, sent, events } = start();
    expect((await failureOf(run({ signal: AbortSignal.abort() }))).code).toBe('ABORTED');
    expect(sent).toEqual([]);
    expect(events).toMatchObject([{ type: 'call-start' }, { type: 'call-end', attempts: 0, code: 'ABORTED' }]);
  });

  it('gives its permit back where it ends before it is sent, and only then', async () => {
    const { run, answer, release } = start();
    const onPermit = (): never => {
      throw new Error('No.');
    };
    await expect(run({ onPermit })).rejects.toThrow('No.');
    expect(release.mock.calls).toEqual([['unused']]);
    const running = run();
    await answer(200, issued);
    await running;
    expect(release.mock.calls).toEqual([['unused'], ['answered']]);
  });

  it('that ends in flight tells its caller at once, and makes no further attempt', async () => {
    const { run, sent, release, parts } = start();
    const released = vi.spyOn(parts.failover, 'released');
    const controller = new AbortController();
    const failing = failureOf(run({ signal: controller.signal }));
    controller.abort('gone');
    expect(await failing).toMatchObject({ code: 'ABORTED', cause: 'gone', attempts: 1 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(release.mock.calls).toEqual([['lost']]);
    expect(released).toHaveBeenCalledTimes(1);
  });

  it('tells which attempt was accepted, where somebody asks', async () => {
    const { run, answer, parts } = start();
    const idOf = vi.spyOn(parts.secrets, 'idOf');
    const silent = run();
    await answer(200, issued);
    await silent;
    expect(idOf).not.toHaveBeenCalled();
    const accepted = new Promise<AcceptedAttempt>((resolve) => void run({ requestId: 'r-2', onAccepted: resolve }));
    await answer(200, issued);
    expect(await accepted).toEqual({ secretId: await idOf.mock.results[0]?.value, requestId: 'r-2', attempts: 1 });
  });

  it('that succeeds says so to failover, secrets and clock', async () => {
    const { run, answer, parts } = start({ appSecret: { current: 'SecretA', next: 'SecretB' } });
    const told = [
      vi.spyOn(parts.failover, 'succeeded'),
      vi.spyOn(parts.secrets, 'accepted'),
      vi.spyOn(parts.clock, 'accepted'),
    ];
    const running = run();
    await answer(200, issued);
    await running;
    expect(told.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]);
  });
});

describe('a pipeline', () => {
  it('is idle once the last of its calls has ended', async () => {
    const { run, answer, pipeline } = start();
    await pipeline.idle();
    const running = [run(), run()];
    const waiting = [vi.fn(), vi.fn()];
    for (const note of waiting) void pipeline.idle().then(note);
    await answer(200, issued);
    expect(waiting.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    await answer(200, issued);
    expect(waiting.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    await Promise.all(running);
    await pipeline.idle();
  });
});
