import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TokenServiceError, type TokenServiceErrorCode } from '../errors.js';
import { withRetries } from './reissue.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const trouble = (code: TokenServiceErrorCode, retryAfterMs?: number) =>
  new TokenServiceError(`Nothing but ${code}.`, { code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

/** Work that fails so often with the error, and notes when it was tried. */
function makeWork(failures: number, error: Error) {
  const triedAt: number[] = [];
  async function work(): Promise<string> {
    triedAt.push(Date.now());
    if (triedAt.length <= failures) throw error;
    return 'done';
  }
  return { work, triedAt };
}

it('does it again after the time that the trouble names', async () => {
  const { work, triedAt } = makeWork(2, trouble('TRY_LATER', 2_000));
  const done = withRetries(work, undefined);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(await done).toBe('done');
  expect(triedAt).toEqual([0, 2_000, 4_000]);
  expect(vi.getTimerCount()).toBe(0);
});

it('gives trouble up that does not pass, with the error of the last time', async () => {
  const { work, triedAt } = makeWork(9, trouble('STORE_FAILED', 2_000));
  const failed = expect(withRetries(work, undefined)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await vi.advanceTimersByTimeAsync(60_000);
  await failed;
  expect(triedAt).toEqual([0, 2_000, 4_000, 6_000, 8_000]);
});

it('waits however long log-ins go first, and looks every five seconds', async () => {
  const { work, triedAt } = makeWork(20, trouble('QUEUE_FULL', 90_000));
  const done = withRetries(work, undefined);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(await done).toBe('done');
  expect(triedAt.slice(0, 3)).toEqual([0, 5_000, 10_000]);
});

it.each([trouble('ISSUE_FAILED'), new Error('Something else.')])(
  'does not repeat what no waiting mends: %s',
  async (error) => {
    const { work, triedAt } = makeWork(9, error);
    await expect(withRetries(work, undefined)).rejects.toBe(error);
    expect(triedAt).toHaveLength(1);
  },
);

it('ends at once at its signal, and begins nothing after it', async () => {
  const stop = new AbortController();
  const { work, triedAt } = makeWork(9, trouble('QUEUE_FULL', 5_000));
  const stopped = expect(withRetries(work, stop.signal)).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
  await vi.advanceTimersByTimeAsync(1_000);
  stop.abort('enough');
  await stopped;
  await expect(withRetries(work, stop.signal)).rejects.toMatchObject({ code: 'ABORTED' });
  expect(triedAt).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('leaves no listener at a signal that outlives it', async () => {
  const { signal } = new AbortController();
  const { work } = makeWork(3, trouble('TRY_LATER', 1_000));
  const done = withRetries(work, signal);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(500);
  await done;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('puts one listener on a signal for all who wait at once', async () => {
  const controller = new AbortController();
  const waits = Array.from({ length: 40 }, () =>
    withRetries(makeWork(9, trouble('TRY_LATER', 1_000)).work, controller.signal).catch((error: unknown) => error),
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  controller.abort();
  expect(await Promise.all(waits)).toMatchObject(Array(40).fill({ code: 'ABORTED' }));
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
