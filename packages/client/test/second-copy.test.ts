import { expect, it, vi } from 'vitest';
import { NexconnConfigurationError, NexconnError, NexconnRequestError } from '../src/index.js';
import { credentials, request } from './support/make-client.js';

it('an error of another copy of the package is known as what it is', async () => {
  vi.resetModules();
  const other = await import('../src/index.js');
  expect(other.NexconnError).not.toBe(NexconnError);
  const nexconn = other.createNexconnClient({ ...credentials, baseUrl: 'http://localhost:1' });
  const failing = nexconn.issueAccessToken({ ...request, userId: '' });
  const failure: unknown = await failing.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect([
    failure instanceof NexconnError,
    failure instanceof NexconnRequestError,
    failure instanceof NexconnConfigurationError,
    new Error('x') instanceof NexconnError,
  ]).toEqual([true, true, false, false]);
});
