import { afterEach, expect, it, vi } from 'vitest';
import { callListener } from './call-listener.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it.each([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
  [
    'returns a thenable that rejects',
    // biome-ignore lint/suspicious/noThenProperty: a promise of a library of its own is one
    () => ({ then: (_: unknown, reject: (error: Error) => void) => reject(new Error('no')) }),
  ],
])('a listener that %s ends nothing, and is reported once', async (_, listener: () => unknown) => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  callListener('onEvent', listener, {});
  callListener('onEvent', listener, {});
  await vi.waitFor(() => expect(warned).toHaveBeenCalledOnce(), { timeout: 60_000 });
  expect(warned.mock.calls[0]?.[0]).toBe('onEvent failed: no');
  callListener(
    'onEvent',
    () => {
      throw new Error('another');
    },
    {},
  );
  expect(warned).toHaveBeenCalledTimes(2);
});

it('a listener that throws ends nothing where there is no process', () => {
  vi.stubGlobal('process', undefined);
  expect(() =>
    callListener(
      'onEvent',
      () => {
        throw new Error('no');
      },
      {},
    ),
  ).not.toThrow();
});

it('what is reported shows no secret that the error quotes, and where it was thrown', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const secret = 'Zk3vq9Lw';
  function failingListener(): void {
    throw new TypeError(`cannot log ${secret}\nwith postgres://app:${'p'.repeat(8)}@db/logs`, {
      cause: new Error(secret),
    });
  }
  callListener('onEvent', failingListener, {});
  const [message, { detail }] = warned.mock.calls[0] as unknown as [string, { detail: string }];
  expect(message).toBe('onEvent failed: cannot log [redacted]\nwith postgres://[redacted]@db/logs');
  expect(detail).toMatch(/^TypeError\n +at failingListener /);
  expect(detail).not.toContain('cannot log');
  expect(detail).not.toContain(secret);
});
