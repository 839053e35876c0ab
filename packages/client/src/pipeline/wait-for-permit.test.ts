import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCall, makeSettings } from '../../test/support/make-call.js';
import { type ClientSettings, failureOf } from '../../test/support/make-client.js';
import type { Call } from '../call/call.js';
import { startDeadline } from '../call/deadline.js';
import { NexconnError } from '../errors.js';
import type { CallOptions, NexconnEvent } from '../index.js';
import type { RateStore, SharedLimit } from '../rate-limit/rate-store.js';
import { createWindow } from '../rate-limit/window.js';
import { createRateLimits } from './wait-for-permit.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

const monotonicNow = (): number => performance.now();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.advanceTimersByTime(70);
});
afterEach(() => {
  vi.useRealTimers();
});

function start(rateLimit: ClientSettings['rateLimit']) {
  const events: NexconnEvent[] = [];
  const emit = (type: string, make: () => object) => void events.push({ type, ...make() } as NexconnEvent);
  const settings = makeSettings({ rateLimit });
  const rateLimits = createRateLimits(settings, monotonicNow, emit, (text) => text);
  return {
    rateLimits,
    events,
    /** Has one call wait for its permit; undefined where it has it at once. */
    wait(options: CallOptions = {}, changes: Partial<Call> = {}, failure?: NexconnError) {
      const call = { ...makeCall(options, settings), ...changes };
      const deadline = startDeadline(call, monotonicNow);
      deadline.failure = failure;
      return { call, waiting: rateLimits.waitForPermit(call, deadline) };
    },
  };
}

/** A store that keeps what it was connected with; its permits are those of a process alone. */
function makeStore() {
  const limits: SharedLimit[] = [];
  const connect = (limit: SharedLimit) => {
    limits.push(limit);
    return createWindow(limit);
  };
  return { store: { connect, reserve: async () => ({ reservedMs: 0, penaltyMs: 0 }) } satisfies RateStore, limits };
}

describe('a permit', () => {
  it('is there without a promise where there is nothing to wait for', () => {
    const { wait, events } = start({});
    const { call, waiting } = wait();
    expect(waiting).toBeUndefined();
    expect(call.permit).toBeDefined();
    expect(events).toEqual([]);
  });

  it('is waited for, which is told of with its time', async () => {
    const { wait, events } = start({ perSecond: 10 });
    wait();
    const { call, waiting } = wait();
    await vi.advanceTimersByTimeAsync(90);
    expect(call.permit).toBeUndefined();
    await vi.advanceTimersByTimeAsync(20);
    await waiting;
    expect(call.permit).toBeDefined();
    const durationMs = expect.toSatisfy((ms: number) => ms > 99 && ms < 110);
    expect(events).toEqual([{ type: 'wait', call: call.info, reason: 'rate', durationMs }]);
  });

  it('goes to a call that has been sent before, then by priority', async () => {
    const { wait } = start({ perSecond: 10 });
    const order: string[] = [];
    wait();
    const failure = new NexconnError('', { code: 'NETWORK' });
    for (const [name, options, before] of [
      ['bulk', { priority: 'bulk' }, undefined],
      ['interactive', {}, undefined],
      ['bulk again', { priority: 'bulk' }, failure],
    ] as const) {
      void wait(options, {}, before).waiting?.then(() => order.push(name));
    }
    await vi.advanceTimersByTimeAsync(500);
    expect(order).toEqual(['bulk again', 'interactive', 'bulk']);
  });

  it.each([
    ['the client has no rate limit', false, {}],
    ['the document has no such operation', { perSecond: 1 }, { operation: undefined }],
    ['the operation has no limit', {}, { operation: { ...makeCall().operation, rateLimit: undefined } as never }],
  ] as const)('is not needed where %s', (_, rateLimit, changes) => {
    const { wait, rateLimits } = start(rateLimit);
    const made = [1, 2, 3].map(() => wait({ deadlineMs: 1 }, changes));
    for (const { waiting, call } of made) {
      expect([waiting, call.permit]).toEqual([undefined, undefined]);
      expect(rateLimits.check(call)).toBeUndefined();
    }
  });

  it('is counted for each operation by itself', () => {
    const { wait } = start({ perSecond: 1 });
    const another = { ...makeCall().operation, operationId: 'another' } as never;
    expect([wait().waiting, wait({}, { operation: another }).waiting]).toEqual([undefined, undefined]);
  });
});

describe('a wait that would be too long', () => {
  it.each([
    ['QUEUE_TOO_LONG', 50, 1_000],
    ['QUEUE_TOO_LONG', 50, 50],
    ['DEADLINE_EXCEEDED', 50, 49],
  ])('ends at once in %s with a queue of %d ms and a deadline of %d', async (code, maxQueueMs, deadlineMs) => {
    const { wait } = start({ perSecond: 10, maxQueueMs });
    wait();
    const failure = await failureOf(Promise.resolve(wait({ deadlineMs }).waiting));
    expect(failure).toMatchObject({ code, attempts: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells how long it would be, when to come again, and what the attempt before came to', async () => {
    const { wait } = start({ perSecond: 10, maxQueueMs: 150 });
    for (const _ of [1, 2]) wait();
    const cause = new NexconnError('', { code: 'NETWORK' });
    // Those of a crowd are told to come back one by one.
    for (const retryAfterMs of [101, 201]) {
      const failure = await failureOf(Promise.resolve(wait().waiting));
      expect(failure).toMatchObject({ code: 'QUEUE_TOO_LONG', expectedWaitMs: 201, retryAfterMs });
      expect(failure.cause).toBeUndefined();
    }
    wait({}, {}, cause);
    expect((await failureOf(Promise.resolve(wait({}, {}, cause).waiting))).cause).toBe(cause);
  });

  it('is known beforehand', () => {
    const { wait, rateLimits } = start({ perSecond: 10, maxQueueMs: 150 });
    const { call } = wait();
    expect(rateLimits.check(call)).toBeUndefined();
    wait();
    expect(() => rateLimits.check(call)).toThrow(
      expect.objectContaining({ code: 'QUEUE_TOO_LONG', expectedWaitMs: 201, retryAfterMs: 101 }),
    );
  });
});

describe('a wait', () => {
  it('ends when its signal is aborted', async () => {
    const { wait } = start({ perSecond: 10 });
    const controller = new AbortController();
    wait();
    const { waiting } = wait({ signal: controller.signal });
    const failing = failureOf(Promise.resolve(waiting));
    controller.abort('gone');
    expect(await failing).toMatchObject({ code: 'ABORTED', cause: 'gone' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the client is closed, with what the attempt before came to', async () => {
    const { wait, rateLimits } = start({ perSecond: 10 });
    const cause = new NexconnError('', { code: 'NETWORK' });
    wait();
    const failing = [wait().waiting, wait({}, {}, cause).waiting].map((each) => failureOf(Promise.resolve(each)));
    rateLimits.stop();
    const [first, second] = await Promise.all(failing);
    expect(first).toMatchObject({ code: 'ABORTED', message: expect.stringContaining('the client was closed') });
    expect([first?.cause, second?.cause]).toEqual([undefined, cause]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a store', () => {
  it.each([
    ['the limit of the document', {}, { limit: 200, windowMs: 1_000, shareWithoutStore: 0.1 }],
    [
      'the limit of the app',
      { perSecond: 30, shareWithoutStore: 0.5 },
      { limit: 30, windowMs: 1_000, shareWithoutStore: 0.5 },
    ],
  ])('is connected once with %s', (_, rateLimit, expected) => {
    const { store, limits } = makeStore();
    const { wait } = start({ store, ...rateLimit });
    for (const __ of [1, 2]) wait();
    expect(limits).toMatchObject([{ ...expected, key: 'nexconn:rate:key0123456789:issueAccessToken' }]);
  });

  it('that is lost or found is told of, with no secret of its error', () => {
    const { store, limits } = makeStore();
    const { wait, events } = start({ store });
    wait();
    limits[0]?.onLost(new Error('redis://user:CAESIJ1x9Kq2Lw8ZrT5vB7n@host'));
    limits[0]?.onLost(undefined);
    limits[0]?.onFound();
    expect(events).toStrictEqual([
      { type: 'rate-store', state: 'lost', cause: expect.any(Error) },
      { type: 'rate-store', state: 'lost' },
      { type: 'rate-store', state: 'found' },
    ]);
    expect(JSON.stringify(events, ['cause', 'message'])).not.toContain('CAESIJ1');
  });

  it.each([
    [{}, {}, 200],
    [{ perSecond: 30 }, {}, 30],
    [{}, { operation: { ...makeCall().operation, rateLimit: { limit: 600, windowSeconds: 60 } } as never }, 10],
  ])('whose fleet has another limit is told of with the own one, by the second: %j', (rateLimit, changes, own) => {
    const { store, limits } = makeStore();
    const { wait, events } = start({ store, ...rateLimit });
    wait({}, changes);
    limits[0]?.onLimit?.(5);
    const expected = { type: 'rate-limit', operationId: 'issueAccessToken', perSecond: 5, ownPerSecond: own };
    expect(events).toStrictEqual([expected]);
  });
});
