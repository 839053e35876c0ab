import { describe, expect, it } from 'vitest';
import { NexconnError, type NexconnErrorCode } from '../errors.js';
import type { RetryPlan } from '../resolve-options.js';
import { isHostTrouble, retryDelayMs } from './retry.js';

const plan: RetryPlan = { isOn: true, maxAttempts: 4, baseDelayMs: 200, maxDelayMs: 5_000, maxRetryAfterMs: 60_000 };
const most = () => 1;
const least = () => 0;

describe('the wait before the next attempt', () => {
  it('is a random part of a range that doubles up to its limit', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((attempts) => retryDelayMs(plan, attempts, undefined, most))).toEqual([
      200, 400, 800, 1600, 3200, 5000, 5000,
    ]);
    expect(retryDelayMs(plan, 3, undefined, () => 0.25)).toBe(200);
    expect(retryDelayMs(plan, 3, undefined, least)).toBe(0);
  });

  it('is never shorter than Retry-After, and spread beyond it', () => {
    expect(retryDelayMs(plan, 1, 3_000, least)).toBe(3_000);
    expect(retryDelayMs(plan, 1, 3_000, most)).toBe(3_200);
    expect(retryDelayMs(plan, 1, 0, least)).toBe(0);
  });

  it('follows Retry-After up to its limit', () => {
    expect(retryDelayMs(plan, 1, 3_600_000, least)).toBe(60_000);
  });
});

describe('trouble of the host', () => {
  const isTrouble = (code: NexconnErrorCode, apiCode?: number) =>
    isHostTrouble(new NexconnError('', { code, apiCode }));

  it.each(['NETWORK', 'TIMEOUT', 'SERVICE_FAILED', 'UNEXPECTED_RESPONSE', 'MALFORMED_RESPONSE'] as const)(
    'is %s',
    (code) => expect(isTrouble(code)).toBe(true),
  );

  it.each([
    'RATE_LIMITED',
    'REQUEST_REJECTED',
    'SIGNATURE_REJECTED',
    'UNAUTHORIZED',
    'ABORTED',
    'RESPONSE_TOO_LARGE',
  ] as const)('is not %s', (code) => expect(isTrouble(code)).toBe(false));

  it('is not an unknown code of the API, which the other host would answer as well', () => {
    expect(isTrouble('UNEXPECTED_RESPONSE', 4711)).toBe(false);
  });
});
