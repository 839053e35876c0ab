import { afterEach, expect, it, vi } from 'vitest';
import { until } from '../../../test/support/until.js';
import { createNexconnClient, type NexconnEvent } from '../src/index.js';
import { credentials, failureOf, request } from './support/make-client.js';
import { issued, json, startServer } from './support/start-server.js';

vi.mock('../src/system-time.js', () => import('../../../test/support/faked-time.js'));

/** Holds up the module that sends the requests, as a slow disk does. */
const loading = vi.hoisted(() => {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { ended, end };
});
vi.mock('undici/lib/dispatcher/client.js', async (load) => {
  await loading.ended;
  return load();
});

afterEach(() => void vi.useRealTimers());

it('the time that undici takes to load is not part of an attempt, but of the call', async () => {
  await using server = await startServer(json(200, issued));
  const events: NexconnEvent[] = [];
  await using nexconn = createNexconnClient({
    ...credentials,
    baseUrl: server.url,
    timeoutMs: 50,
    rateLimit: false,
    onEvent: (event) => events.push(event),
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const tooLate = failureOf(nexconn.issueAccessToken(request, { deadlineMs: 40 }));
  const call = nexconn.issueAccessToken(request);
  await until(() => vi.getTimerCount() === 2, { interval: 0 });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await tooLate).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
  loading.end();
  expect(await call).toEqual(issued.result);
  expect(server.received).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'attempt' || type === 'wait')).toMatchObject([
    { type: 'attempt', attempt: 1 },
  ]);
});
