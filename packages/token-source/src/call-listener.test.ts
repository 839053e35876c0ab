import { afterEach, expect, it, vi } from 'vitest';
import { until } from '../../../test/support/until.js';
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
  await until(() => expect(warned).toHaveBeenCalledOnce());
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

it.each([undefined, {}])('a listener that throws ends nothing where the process is %o', (process) => {
  vi.stubGlobal('process', process);
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

it.each<[what: string, thrown: unknown, reason: string, detail: unknown]>([
  ['something else than an error', 'Zk3vq9Lw', 'something of type string was thrown', undefined],
  ['an error without a stack', Object.assign(new Error('no'), { stack: undefined }), 'no', 'Error'],
  ['an error of a secret name', Object.assign(new Error('no'), { name: 'Zk3vq9Lw', stack: '' }), 'no', '[redacted]'],
  [
    'an error whose message looks like a place',
    Object.assign(new Error('no\n    at home'), { stack: 'Error: no\n    at home\n    at f (a.js:1:2)' }),
    'no\n    at home',
    'Error\n    at f (a.js:1:2)',
  ],
  [
    'an error whose message was exchanged',
    Object.assign(new Error('no'), { stack: 'Error: at   at home\n    at f (a.js:1:2)' }),
    'no',
    'Error\n    at f (a.js:1:2)',
  ],
])('%s is reported with what cannot be a secret', (_what, thrown, reason, detail) => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const listener = (): never => {
    throw thrown;
  };
  callListener('onEvent', listener, {});
  const rest = detail === undefined ? {} : { detail };
  const expected = { type: 'NexconnListenerWarning', code: 'LISTENER_FAILED', ...rest };
  expect(warned.mock.calls).toEqual([[`onEvent failed: ${reason}`, expected]]);
});
