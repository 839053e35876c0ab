import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { until } from '../../../test/support/until.js';
import { callListener } from './call-listener.js';

const warn = vi.spyOn(process, 'emitWarning');
beforeEach(() => {
  warn.mockReset().mockImplementation(() => {});
});
afterEach(() => {
  expect(JSON.stringify(warn.mock.calls)).not.toContain('secret');
});

it('a listener that throws is called again, and is reported once', () => {
  const seen: number[] = [];
  const listener = (value: number): never => {
    seen.push(value);
    throw new Error('The log is full.');
  };
  for (const value of [1, 2, 3]) callListener('onEvent', listener, value);
  expect(seen).toEqual([1, 2, 3]);
  const detail = expect.stringContaining('call-listener.test.ts');
  const warning = { type: 'NexconnListenerWarning', code: 'LISTENER_FAILED', detail };
  expect(warn.mock.calls).toEqual([['onEvent failed: The log is full.', warning]]);
});

it('a listener that rejects ends nothing either, and another one is reported as well', async () => {
  for (const text of ['first', 'second']) {
    const listener = async (): Promise<never> => Promise.reject(new Error(text));
    for (const value of [1, 2]) callListener('onProgress', listener, value);
  }
  await until(() => expect(warn).toHaveBeenCalledTimes(2));
  expect(warn.mock.calls.map(([message]) => message)).toEqual([
    'onProgress failed: first',
    'onProgress failed: second',
  ]);
});

it('nothing of what is thrown is shown but the message of an error', () => {
  const listener = (): never => {
    throw { secret: 'secret' };
  };
  callListener('onFailure', listener, undefined);
  const warning = { type: 'NexconnListenerWarning', code: 'LISTENER_FAILED' };
  expect(warn.mock.calls).toEqual([['onFailure failed: something of type object was thrown', warning]]);
});
