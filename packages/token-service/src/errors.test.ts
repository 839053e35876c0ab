import { expect, it } from 'vitest';
import {
  checkSignal,
  isClientError,
  isRateLimitError,
  isRequestError,
  isTokenServiceError,
  refuseOption,
  TokenServiceError,
} from './errors.js';

const named = (name: string, more: object = {}) => Object.assign(new Error('No.'), { name, ...more });
const retryable = { retryable: false };

it('an error has its code, and what else is known; its cause is the error of the API unless another is given', () => {
  const apiError = named('NexconnError') as never;
  const bare = new TokenServiceError('No.', { code: 'ABORTED' });
  expect(bare).toMatchObject({ name: 'TokenServiceError', message: 'No.', code: 'ABORTED', retryAfterMs: undefined });
  expect('cause' in bare).toBe(false);
  expect(bare.apiError).toBeUndefined();
  const full = new TokenServiceError('No.', { code: 'TRY_LATER', retryAfterMs: 7, apiError });
  expect([full.retryAfterMs, full.apiError, full.cause]).toEqual([7, apiError, apiError]);
  expect(new TokenServiceError('No.', { code: 'TRY_LATER', apiError, cause: 'other' }).cause).toBe('other');
  // Logs show it once.
  expect(Object.keys(full)).not.toContain('apiError');
});

it('is one for each copy of the package in the tree, by a brand that no other package has', () => {
  const copied = Object.assign(new Error('No.'), {
    [Symbol.for('@nexconn-kit/token-service/TokenServiceError')]: true,
  });
  expect(copied).toBeInstanceOf(TokenServiceError);
  expect(new Error('No.')).not.toBeInstanceOf(TokenServiceError);
});

it.each<[thrown: unknown, of: string]>([
  [named('TokenServiceError'), 'service'],
  [named('NexconnError', retryable), 'client'],
  [named('NexconnRequestError', retryable), 'client request'],
  [named('NexconnRateLimitError', retryable), 'client rateLimit'],
  [named('NexconnSomethingError', retryable), 'client'],
  [named('NexconnRequestError'), ''],
  [named('NexconnRateLimitError'), ''],
  [named('NexconnError'), ''],
  [named('MyNexconnError', retryable), ''],
  [named('NexconnErrors', retryable), ''],
  [named('Nexconn Error', retryable), ''],
  [named('Error', retryable), ''],
  [{ name: 'TokenServiceError' }, ''],
  [{ name: 'NexconnError', ...retryable }, ''],
  ['TokenServiceError', ''],
  [undefined, ''],
])('%o is known by its name as: %s', (thrown, of) => {
  const kinds = {
    service: isTokenServiceError(thrown),
    client: isClientError(thrown),
    request: isRequestError(thrown),
    rateLimit: isRateLimitError(thrown),
  };
  const known = Object.entries(kinds).flatMap(([kind, isOfIt]) => (isOfIt ? [kind] : []));
  expect(known.join(' ')).toBe(of);
});

it('a wrong option is refused by its name', () => {
  const error = { code: 'INVALID_OPTION', message: 'path is no path.' };
  expect(() => refuseOption('path', 'is no path.')).toThrow(expect.objectContaining(error));
});

it('a signal is one of an AbortController, or left out', () => {
  const { signal } = new AbortController();
  expect([checkSignal(signal), checkSignal(undefined)]).toEqual([signal, undefined]);
  for (const wrong of [null, {}, 'abort', { addEventListener: true }, { addEventListener() {} }]) {
    const message = expect.stringMatching(/^signal is no AbortSignal/);
    expect(() => checkSignal(wrong as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  }
});
