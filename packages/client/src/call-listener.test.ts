import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { unreadable } from '../../../test/support/unreadable.js';
import { makeClient, request } from '../test/support/make-client.js';
import { issued, json, startServer } from '../test/support/start-server.js';
import { callListener } from './call-listener.js';

const failing = [
  [
    'throws',
    () => {
      throw new Error('The log is full.');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('The log is full.');
    },
  ],
] as const;

describe.each(failing)('a listener that %s', (_, fail) => {
  it.each(['onEvent', 'onAccepted'] as const)(
    'as %s ends neither the call nor the process, and is reported once',
    async (option) => {
      await using server = await startServer(json(200, issued));
      const listener = vi.fn(fail);
      const warned = once(process, 'warning');
      const all = vi.fn();
      process.on('warning', all);
      const client = makeClient(server.url, option === 'onEvent' ? { onEvent: listener } : {});
      const call = () => client.issueAccessToken(request, option === 'onAccepted' ? { onAccepted: listener } : {});
      expect(await call()).toEqual(issued.result);
      const [warning] = await warned;
      expect(warning).toMatchObject({ name: 'NexconnListenerWarning' });
      expect(warning.message).toBe(`${option} failed: The log is full.`);
      expect(await call()).toEqual(issued.result);
      expect(listener.mock.calls.length).toBeGreaterThan(1);
      await new Promise((resolve) => setImmediate(resolve));
      process.off('warning', all);
      expect(all).toHaveBeenCalledOnce();
    },
  );
});

it.each(unreadable)('what a listener throws with %s ends no call', async (_what, make) => {
  const warned = once(process, 'warning');
  callListener('onEvent', () => Promise.reject(make()), undefined);
  const [warning] = await warned;
  expect(warning).toMatchObject({ name: 'NexconnListenerWarning' });
});
