import { createNexconnClient } from '@nexconn-kit/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSetting } from '../../test/support/make-setting.js';
import { appRequest } from '../../test/support/start-backend.js';
import { createTokenHandler, type TokenHandlerFailure, TokenServiceError } from '../index.js';

const authenticate = ({ headers }: Request) =>
  headers.has('authorization') ? { userId: 'ada', name: 'Ada' } : undefined;

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

function makeLazy(make: () => unknown) {
  const failures: TokenHandlerFailure[] = [];
  const onFailure = (failure: TokenHandlerFailure) => failures.push(failure);
  const made = vi.fn(make);
  const handler = createTokenHandler(made as unknown as () => never, { authenticate, onFailure, random: () => 0 });
  return { handler, made, failures };
}

it('a token service is made by the first user who asks, once for all who ask meanwhile', async () => {
  const tokens = makeSetting().instance();
  const { handler, made } = makeLazy(async () => tokens);
  expect((await handler(new Request('http://app.test/', { method: 'POST' }))).status).toBe(401);
  expect((await handler(new Request('http://app.test/'))).status).toBe(405);
  expect(made).not.toHaveBeenCalled();
  const responses = await Promise.all([1, 2, 3].map(() => handler(appRequest())));
  const bodies = await Promise.all(responses.map((response) => response.json()));
  expect(new Set(bodies.map(({ accessToken }) => accessToken)).size).toBe(1);
  expect((await handler(appRequest())).status).toBe(200);
  expect(made).toHaveBeenCalledTimes(1);
});

it('it is made with what authenticate gets behind the request', async () => {
  const tokens = makeSetting().instance();
  const seen: string[] = [];
  const handler = createTokenHandler(
    ({ env }: { readonly env: string }) => {
      seen.push(env);
      return tokens;
    },
    { authenticate: (_request, { env }) => ({ userId: env, name: env }) },
  );
  expect((await handler(appRequest(), { env: 'first' })).status).toBe(200);
  expect((await handler(appRequest(), { env: 'second' })).status).toBe(200);
  expect(seen).toEqual(['first']);
});

it('a setting that is missing is a 500 with its reason for the log, until it is there', async () => {
  const tokens = makeSetting().instance();
  let isSet = false;
  const { handler, made, failures } = makeLazy(() => (isSet ? tokens : createNexconnClient({ appKey: '' })));
  const response = await handler(appRequest());
  expect([response.status, response.headers.get('retry-after')]).toEqual([500, null]);
  expect(failures).toMatchObject([{ code: 'INTERNAL_ERROR', userId: 'ada', error: { option: 'appKey' } }]);
  isSet = true;
  expect((await handler(appRequest())).status).toBe(200);
  expect(made).toHaveBeenCalledTimes(2);
});

it.each([
  ['the store says so', new TokenServiceError('It is away.', { code: 'STORE_FAILED', retryAfterMs: 7_000 }), '7'],
  ['its client does', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), '2'],
  ['it is no error', undefined, '2'],
])('a store that cannot be opened is a 503 where %s, and opened again by the next request', async (_, thrown, wait) => {
  const { handler, made, failures } = makeLazy(() => Promise.reject(thrown));
  for (const count of [1, 2]) {
    const response = await handler(appRequest());
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, wait]);
    expect(made).toHaveBeenCalledTimes(count);
  }
  expect(failures).toMatchObject(Array(2).fill({ code: 'TRY_LATER', error: thrown }));
});

it.each([undefined, null, {}, { get: () => {} }])('%j instead of a token service is refused by name', async (none) => {
  const { handler, failures } = makeLazy(() => none);
  expect((await handler(appRequest())).status).toBe(500);
  expect(failures).toMatchObject([{ error: { code: 'INVALID_OPTION', message: expect.stringMatching(/^tokens /) } }]);
});

it('one that is not made in time is a 503, and used once it is there', async () => {
  vi.useFakeTimers();
  try {
    const tokens = makeSetting().instance();
    let resolve = (_made: typeof tokens): void => {};
    const { handler, made, failures } = makeLazy(() => new Promise((settle) => (resolve = settle)));
    const early = handler(appRequest());
    await vi.advanceTimersByTimeAsync(11_000);
    expect((await early).status).toBe(503);
    expect(failures).toMatchObject([{ code: 'TRY_LATER', error: { name: 'TimeoutError' } }]);
    resolve(tokens);
    const late = handler(appRequest());
    await vi.advanceTimersByTimeAsync(1);
    expect((await late).status).toBe(200);
    expect(made).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});

describe('a function that hangs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Lets the function time out for one request, and returns the status of its answer. */
  async function timeOut(handler: (request: Request) => Promise<Response>): Promise<number> {
    const answer = handler(appRequest());
    await vi.advanceTimersByTimeAsync(11_000);
    return (await answer).status;
  }

  it('is called again by the request after the one that it timed out for, and by that one alone', async () => {
    const tokens = makeSetting().instance();
    const makings = [new Promise(() => {}), new Promise(() => {})];
    const { handler, made } = makeLazy(() => makings.shift() ?? tokens);
    for (const count of [1, 2]) {
      expect(await timeOut(handler)).toBe(503);
      expect(made).toHaveBeenCalledTimes(count);
    }
    const answers = Promise.all([handler(appRequest()), handler(appRequest())]);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answers).map(({ status }) => status)).toEqual([200, 200]);
    expect((await handler(appRequest())).status).toBe(200);
    expect(made).toHaveBeenCalledTimes(3);
  });

  it('gives those who wait for its next call what an earlier one resolves to after all', async () => {
    const tokens = makeSetting().instance();
    let resolve = (_made: typeof tokens): void => {};
    const makings = [new Promise((settle) => (resolve = settle))];
    const { handler, made } = makeLazy(() => makings.shift() ?? new Promise(() => {}));
    expect(await timeOut(handler)).toBe(503);
    const next = handler(appRequest());
    await vi.advanceTimersByTimeAsync(1);
    resolve(tokens);
    await vi.advanceTimersByTimeAsync(1);
    expect((await next).status).toBe(200);
    expect((await handler(appRequest())).status).toBe(200);
    expect(made).toHaveBeenCalledTimes(2);
  });

  it('is not judged by an earlier call that fails after all', async () => {
    const tokens = makeSetting().instance();
    let reject = (_error: Error): void => {};
    let resolve = (_made: typeof tokens): void => {};
    const makings = [new Promise((_, fail) => (reject = fail)), new Promise((settle) => (resolve = settle))];
    const { handler, made } = makeLazy(() => makings.shift());
    expect(await timeOut(handler)).toBe(503);
    const next = handler(appRequest());
    await vi.advanceTimersByTimeAsync(1);
    reject(new Error('too late'));
    await vi.advanceTimersByTimeAsync(1);
    resolve(tokens);
    await vi.advanceTimersByTimeAsync(1);
    expect((await next).status).toBe(200);
    expect(made).toHaveBeenCalledTimes(2);
  });
});
