import { describe, expect, it } from 'vitest';
import { makeCall } from '../../test/support/make-call.js';
import type { ClientSettings } from '../../test/support/make-client.js';
import { makeParts } from '../../test/support/make-parts.js';
import { deadlineError, timeoutError } from '../call/call-errors.js';
import { startDeadline } from '../call/deadline.js';
import { NexconnError } from '../errors.js';
import type { CallOptions } from '../index.js';
import { attemptError } from '../response/attempt-error.js';
import { classifyAnswer, readBody } from '../response/classify-answer.js';
import { BodyTooLarge } from '../transport/transport.js';
import type { Attempt } from './parts.js';
import { startRetry } from './retry.js';

const realTime = Date.parse('Mon, 03 Mar 2025 10:00:00 GMT');
const backup = 'http://localhost:2';
const redact = (text: string) => text;

interface Start extends CallOptions, Pick<ClientSettings, 'retry'> {
  /** Of the client rather than of the one call. */
  readonly settings?: ClientSettings;
  readonly baseUrls?: string[];
  readonly appSecret?: ClientSettings['appSecret'];
  readonly mayResend?: boolean;
}

/** One call, of which a test says what its attempts come to. */
function start({
  baseUrls = ['http://localhost:1'],
  retry,
  appSecret = 'SecretA',
  mayResend = false,
  settings: given,
  ...options
}: Start = {}) {
  let now = realTime;
  const monotonicNow = () => now;
  const parts = makeParts({ options: { retry, appSecret, ...given }, baseUrls, monotonicNow, mayResend });
  const call = makeCall(options, parts.settings);
  const deadline = startDeadline(call, monotonicNow);
  const decide = startRetry(call, deadline, parts);

  async function attempt(came: (made: Attempt) => void, tookMs = 0): Promise<number | undefined> {
    const secret = parts.secrets.pick() ?? (await parts.secrets.ask());
    call.attempts += 1;
    const sentAt = now;
    now += tookMs;
    const made: Attempt = {
      host: parts.failover.pick(call.failedAt),
      secret,
      clockOffsetMs: parts.clock.offsetMs(),
      isResent: false,
      isReset: false,
      isSent: true,
      startedAt: sentAt,
      tookMs,
      sentAt,
      receivedAt: now,
      answer: undefined,
      failure: undefined,
    };
    came(made);
    return await decide(made);
  }

  return {
    parts,
    deadline,
    pass: (ms: number) => {
      now += ms;
    },
    tooLong: (status: number, headers: Record<string, string>) =>
      attempt((made) => {
        made.unreadHeaders = headers;
        made.failure = attemptError(new BodyTooLarge({ status, headers }), call, made.host.origin, redact);
      }),
    /** Fails for a reason that is neither the host's nor the API's. */
    unusable: () =>
      attempt((made) => {
        made.failure = new NexconnError('', { code: 'RESPONSE_TOO_LARGE' });
      }),
    answer: (status: number, body: unknown, headers: Record<string, string> = {}) =>
      attempt((made) => {
        const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
        const response = { status, statusText: '', headers, bytes };
        made.answer = classifyAnswer(readBody(response), response, call, redact);
        made.failure = made.answer.failure;
      }),
    cut: () =>
      attempt((made) => {
        made.failure = attemptError(new Error('cut'), call, made.host.origin, redact);
      }),
    reset: () =>
      attempt((made) => {
        made.isReset = true;
        made.failure = attemptError(new Error('closed'), call, made.host.origin, redact);
      }),
    call,
    silent: (tookMs: number) =>
      attempt((made) => {
        made.failure = timeoutError(call, made.host.origin);
      }, tookMs),
    outOfTime: (tookMs: number) =>
      attempt((made) => {
        made.failure = deadlineError(call, deadline.failure);
      }, tookMs),
  };
}

const issued = { code: 0, result: { userId: 'a', accessToken: 'b' } };
const refusal = (code: number) => ({ code, errorMessage: 'x' });
const clockOff = { date: new Date(realTime + 600_000).toUTCString() };

describe('a call', () => {
  it('ends with a success', async () => {
    expect(await start().answer(200, issued)).toBeUndefined();
  });

  it.each<[string, (call: ReturnType<typeof start>) => Promise<number | undefined>]>([
    ['a connection that failed', ({ cut }) => cut()],
    ['a silent host', ({ silent }) => silent(5_000)],
    ['HTTP 408', ({ answer }) => answer(408, '')],
    ['HTTP 429', ({ answer }) => answer(429, '')],
    ['HTTP 500', ({ answer }) => answer(500, '<html>')],
    ['HTTP 502', ({ answer }) => answer(502, '<html>')],
    ['code 1000', ({ answer }) => answer(500, refusal(1000))],
    ['code 1050', ({ answer }) => answer(504, refusal(1050))],
    ['code 1008', ({ answer }) => answer(429, refusal(1008))],
    ['code 1008 with HTTP 200', ({ answer }) => answer(200, refusal(1008))],
    ['an unknown code with HTTP 503', ({ answer }) => answer(503, refusal(4711))],
  ])('is repeated after %s', async (_, come) => {
    expect(await come(start())).toBe(200);
  });

  it.each([
    [400, 400],
    [400, 1002],
    [400, 1003],
    [400, 1005],
    [401, 1006],
    [401, 1007],
    [403, 2007],
    [404, 404],
    [405, 1007],
    [430, 1009],
    [200, 1002],
    [200, 4711],
    [418, 4711],
  ])('is not repeated after HTTP %d with code %d', async (status, code) => {
    const { answer } = start({ baseUrls: ['http://localhost:1', backup] });
    expect(await answer(status, refusal(code))).toBeUndefined();
  });

  it('is repeated so many times, however it fails', async () => {
    const { cut, answer } = start({ retry: { maxAttempts: 3 } });
    expect([await cut(), await answer(500, ''), await cut()]).toEqual([200, 400, undefined]);
  });

  it('is sent again at once where a kept connection was closed, which is no failure of the host, and once', async () => {
    const { reset, call, parts } = start({ baseUrls: ['http://localhost:1', backup] });
    expect([await reset(), call.resend, call.failedAt]).toEqual([0, 'due', []]);
    expect(parts.failover.pick().origin).toBe('http://localhost:1');
    call.resend = 'done';
    expect([await reset(), call.resend]).toEqual([0, 'done']);
    expect(parts.failover.pick().origin).toBe(backup);
  });

  it('waits as long as Retry-After says, up to the limit', async () => {
    expect(await start().answer(429, '', { 'retry-after': '7' })).toBe(7_200);
    expect(await start().tooLong(503, { 'retry-after': '7' })).toBe(7_200);
    const limited = start({ retry: { maxRetryAfterMs: 3_000 } });
    expect(await limited.answer(503, '', { 'retry-after': '7' })).toBe(3_200);
  });

  it('ends with its failure where the wait would outlast the deadline', async () => {
    for (const [deadlineMs, delayMs] of [
      [7_000, undefined],
      [7_200, undefined],
      [7_201, 7_200],
    ] as const) {
      expect(await start({ deadlineMs }).answer(429, '', { 'retry-after': '7' })).toBe(delayMs);
    }
  });

  it('is not repeated with retry: false, but goes on at the backup', async () => {
    expect(await start({ retry: false }).cut()).toBeUndefined();
    const { cut, silent } = start({ retry: false, baseUrls: ['http://localhost:1', backup] });
    expect([await cut(), await silent(10)]).toEqual([0, undefined]);
  });
});

describe('the backup', () => {
  const baseUrls = ['http://localhost:1', backup];

  it.each<[string, (call: ReturnType<typeof start>) => Promise<number | undefined>]>([
    ['a connection that failed', ({ cut }) => cut()],
    ['a silent host', ({ silent }) => silent(5_000)],
    ['HTML of a gateway', ({ answer }) => answer(502, '<html>')],
    ['HTML with HTTP 200', ({ answer }) => answer(200, '<html>')],
    ['a redirect', ({ answer }) => answer(302, '')],
    ['HTTP 404 that is none of the API', ({ answer }) => answer(404, 'not here')],
    ['an internal error', ({ answer }) => answer(500, refusal(1000))],
  ])('takes the call over at once after %s', async (_, come) => {
    const call = start({ baseUrls });
    expect(await come(call)).toBe(0);
    expect(call.parts.failover.pick().origin).toBe(backup);
  });

  it('does not take over what is refused for its rate', async () => {
    const { answer, parts } = start({ baseUrls });
    expect(await answer(429, refusal(1008))).toBe(200);
    expect(parts.failover.pick().origin).toBe('http://localhost:1');
  });

  it('that fails as well has the call wait', async () => {
    const { cut } = start({ baseUrls });
    expect([await cut(), await cut()]).toEqual([0, 400]);
  });

  it('takes over after a deadline that the primary was silent for', async () => {
    const { outOfTime, parts } = start({ baseUrls, settings: { deadlineMs: 3_000 } });
    expect(await outOfTime(3_000)).toBeUndefined();
    expect(parts.failover.pick().origin).toBe(backup);
  });

  it('takes over after a deadline that the primary was silent for half of, and after no less', async () => {
    for (const [tookMs, origin] of [
      [1_500, backup],
      [1_499, 'http://localhost:1'],
    ] as const) {
      const { outOfTime, parts } = start({ baseUrls, settings: { timeoutMs: 2_000, deadlineMs: 3_000 } });
      await outOfTime(tookMs);
      expect(parts.failover.pick().origin).toBe(origin);
    }
  });

  it('takes over for all where a call in haste finds the primary closed', async () => {
    const { cut, parts } = start({ baseUrls, timeoutMs: 50 });
    expect(await cut()).toBe(0);
    expect(parts.failover.pick().origin).toBe(backup);
  });

  it('that fails after a call in haste has it go back at once to the primary, which is up', async () => {
    const { silent, cut } = start({ baseUrls, timeoutMs: 50 });
    expect([await silent(50), await cut()]).toEqual([0, 0]);
  });

  it.each<[string, string, (call: ReturnType<typeof start>) => Promise<number | undefined>]>([
    [
      'is left by all once the primary refuses a call',
      'http://localhost:1',
      ({ answer }) => answer(400, refusal(1002)),
    ],
    ['is not left where an attempt at the primary shows nothing', backup, ({ unusable }) => unusable()],
  ])('%s', async (_, origin, come) => {
    const call = start({ baseUrls });
    const { failover } = call.parts;
    failover.failed(failover.pick());
    call.pass(30_000);
    expect(await come(call)).toBeUndefined();
    // The first one to come may be the next probe.
    failover.pick();
    expect(failover.pick().origin).toBe(origin);
  });

  it('takes over for this call alone where its own timeout or deadline is shorter than the usual one', async () => {
    const { silent, parts } = start({ baseUrls, timeoutMs: 50 });
    expect(await silent(50)).toBe(0);
    expect(parts.failover.pick().origin).toBe('http://localhost:1');
    const { outOfTime, parts: others } = start({ baseUrls, deadlineMs: 50 });
    expect(await outOfTime(50)).toBeUndefined();
    expect(others.failover.pick().origin).toBe('http://localhost:1');
  });

  it('is tried in any case by a call that has not tried it, though it is down', async () => {
    const { cut, parts } = start({ baseUrls });
    parts.failover.failed(parts.failover.pick([parts.failover.pick()]));
    expect(await cut()).toBe(0);
  });

  it('does not take over where the primary had only the rest of the time', async () => {
    const { answer, outOfTime, parts } = start({ baseUrls, deadlineMs: 3_000 });
    await answer(429, '');
    expect(await outOfTime(100)).toBeUndefined();
    expect(parts.failover.pick().origin).toBe('http://localhost:1');
  });
});

describe('a refused signature', () => {
  it.each([1001, 1004])('is final where nothing explains it (code %d)', async (code) => {
    expect(await start().answer(401, refusal(code))).toBeUndefined();
  });

  it('is signed anew once when the clock was off', async () => {
    const { answer, parts } = start();
    expect(await answer(401, refusal(1004), clockOff)).toBe(0);
    expect(Math.abs(parts.clock.offsetMs() - 600_000)).toBeLessThanOrEqual(500);
    expect(await answer(401, refusal(1004), { date: new Date(realTime).toUTCString() })).toBeUndefined();
  });

  it('teaches the clock nothing where the App Secret is wrong by its code', async () => {
    const { answer, parts } = start();
    expect(await answer(401, refusal(1001), clockOff)).toBeUndefined();
    expect(parts.clock.offsetMs()).toBe(0);
  });

  it('is signed anew once where the transport may have sent the request twice', async () => {
    const { answer } = start({ mayResend: true });
    expect(await answer(401, refusal(1004))).toBe(0);
    expect(await answer(401, refusal(1004))).toBeUndefined();
    expect(await start({ mayResend: true }).answer(401, refusal(1001))).toBeUndefined();
  });

  it.each([1001, 1004])('is signed anew once with the other secret of a pair (code %d)', async (code) => {
    const { answer } = start({ appSecret: { current: 'SecretA', next: 'SecretB' } });
    expect([await answer(401, refusal(code)), await answer(401, refusal(code))]).toEqual([0, undefined]);
  });

  it('is signed anew for the clock and for the secret', async () => {
    const { answer } = start({ appSecret: { current: 'SecretA', next: 'SecretB' } });
    expect(await answer(401, refusal(1004), clockOff)).toBe(0);
    expect(await answer(401, refusal(1004), clockOff)).toBe(0);
    expect(await answer(200, issued)).toBeUndefined();
  });

  it('counts as an attempt, but teaches those to come', async () => {
    const { answer, parts } = start({ retry: { maxAttempts: 1 } });
    expect(await answer(401, refusal(1004), clockOff)).toBeUndefined();
    expect(parts.clock.offsetMs()).not.toBe(0);
  });

  it('ends with the failure of a provider that is asked again in vain', async () => {
    let asked = 0;
    const appSecret = async () => {
      asked += 1;
      if (asked > 1) throw new Error('The vault is shut.');
      return 'SecretA';
    };
    await expect(start({ appSecret }).answer(401, refusal(1004))).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      attempts: 1,
      message: expect.stringContaining('was not sent again'),
      cause: { message: 'The vault is shut.' },
    });
  });
});
