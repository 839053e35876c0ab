import { describe, expect, it, vi } from 'vitest';
import { makeCall } from '../../test/support/make-call.js';
import { failureOf } from '../../test/support/make-client.js';
import { startDeadline } from '../call/deadline.js';
import type { CallOptions } from '../index.js';
import { checkSecret } from '../resolve-options.js';
import { awaitSecret } from './await-secret.js';

const known = () => ['KnownSecret'];
const never = new Promise<string>(() => {});

function waitFor(asked: Promise<string>, options: CallOptions = {}): Promise<string> {
  const call = makeCall(options);
  return awaitSecret(asked, call, startDeadline(call, performance.now.bind(performance)), {
    known,
  });
}

describe('a provider of secrets', () => {
  it('is waited for', async () => {
    expect(await waitFor(Promise.resolve('a'))).toBe('a');
  });

  it('that is silent is waited for until the deadline', async () => {
    expect(await failureOf(waitFor(never, { deadlineMs: 20 }))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      attempts: 0,
    });
  });

  it('is waited for until the signal is aborted', async () => {
    const controller = new AbortController();
    const failing = failureOf(waitFor(never, { signal: controller.signal }));
    controller.abort();
    expect((await failing).code).toBe('ABORTED');
  });

  it('that fails later disturbs nobody', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    let fail = (_: Error): void => {};
    const failing = new Promise<string>((_, reject) => {
      fail = reject;
    });
    await failureOf(waitFor(failing, { deadlineMs: 5 }));
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).not.toHaveBeenCalled();
    process.off('unhandledRejection', unhandled);
  });

  it('that fails is the cause, without anything that could be a secret', async () => {
    const error = Object.assign(new Error('GET vault.internal:8200 said s.CAESIJ1 and KnownSecret'), {
      code: 'ECONNREFUSED',
      config: { token: 's.CAESIJ1' },
    });
    const failure = await failureOf(waitFor(Promise.reject(error)));
    expect(failure).toMatchObject({
      code: 'INVALID_OPTION',
      option: 'appSecret',
      cause: { code: 'ECONNREFUSED' },
    });
    expect(failure.message).toBe(
      'issueAccessToken was not sent: the function given as appSecret failed. Mend it, or pass the secret itself.',
    );
    const cause = failure.cause as Error;
    expect(cause.message).toBe('GET vault.internal:8200 said s.[redacted] and [redacted]');
    expect(cause.stack).toContain('await-secret.test.ts');
    expect(cause.stack).not.toMatch(/CAESIJ1|KnownSecret/);
    expect(cause).not.toHaveProperty('config');
  });

  it('that gives no secret is told what is wrong with it', async () => {
    const asked = Promise.resolve('').then((value) => {
      checkSecret(value, 'key');
      return value;
    });
    const failure = await failureOf(waitFor(asked));
    expect(failure).toMatchObject({
      code: 'INVALID_OPTION',
      option: 'appSecret',
      operationId: 'issueAccessToken',
    });
    expect(failure.cause).toBeUndefined();
    expect(failure.message).toMatch(/appSecret gave no App Secret: appSecret is missing\./);
  });
});
