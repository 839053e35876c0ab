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
