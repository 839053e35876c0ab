import { createNexconnClient, type NexconnEvent } from '@nexconn-kit/client';
import { createMock, startMock } from '@nexconn-kit/mock';
import { expect, it } from 'vitest';
import { patient } from '../../support/patient.js';
import { request } from './styles.js';

const minutes = 60_000;

/** Starts a mock with a client whose clock is off, and counts the attempts that each call took. */
async function startOff(offMs: number) {
  const mock = await startMock({ port: 0 });
  const attempts: number[] = [];
  const offsets: number[] = [];
  const { appKey, appSecret, url: baseUrl } = mock;
  const now = () => Date.now() + offMs;
  const onEvent = (event: NexconnEvent): void => {
    if (event.type === 'call-end') attempts.push(event.attempts);
    if (event.type === 'clock') offsets.push(event.offsetMs);
  };
  const nexconn = createNexconnClient({ appKey, appSecret, baseUrl, now, onEvent, ...patient });
  const dispose = async () => {
    await nexconn.close();
    await mock.close();
  };
  return { nexconn, attempts, offsets, [Symbol.asyncDispose]: dispose };
}

it.each([-10 * minutes, 10 * minutes])(
  'a clock that is off by %d ms is learned once; later calls succeed at their first attempt',
  async (offMs) => {
    await using started = await startOff(offMs);
    for (let calls = 0; calls < 4; calls += 1) await started.nexconn.issueAccessToken(request);
    expect(started.attempts).toEqual([2, 1, 1, 1]);
    expect(started.offsets).toEqual([expect.closeTo(-offMs, -5)]);
  },
);

it('is precise enough for a tolerance of three seconds', async () => {
  const time = Date.parse('2026-11-26T12:00:00.300Z');
  const mock = createMock({ clockToleranceMs: 3_000, now: () => time });
  const fetch = async (sent: Request): Promise<Response> => {
    const { status, headers, body } = await mock.fetch(sent);
    return new Response(body, {
      status,
      headers: { ...Object.fromEntries(headers), date: new Date(time).toUTCString() },
    });
  };
  const attempts: number[] = [];
  const onEvent = (event: NexconnEvent): void => {
    if (event.type === 'call-end') attempts.push(event.attempts);
  };
  const { appKey, appSecret } = mock;
  const options = { appKey, appSecret, baseUrl: 'http://localhost', fetch, now: () => time + 10 * minutes, onEvent };
  await using nexconn = createNexconnClient(options);
  await nexconn.issueAccessToken(request);
  await nexconn.issueAccessToken(request);
  expect(attempts).toEqual([2, 1]);
});

it('is learned once by calls that are refused together', async () => {
  await using started = await startOff(10 * minutes);
  await Promise.all(Array.from({ length: 20 }, () => started.nexconn.issueAccessToken(request)));
  await started.nexconn.issueAccessToken(request);
  expect(started.offsets).toHaveLength(1);
  expect(Math.max(...started.attempts)).toBe(2);
  expect(started.attempts.at(-1)).toBe(1);
});

it('is not blamed for a wrong App Secret: one attempt, no offset', async () => {
  await using mock = await startMock({ port: 0 });
  const offsets: number[] = [];
  const onEvent = (event: NexconnEvent): void => {
    if (event.type === 'clock') offsets.push(event.offsetMs);
  };
  const options = { appKey: mock.appKey, appSecret: 'another-secret', baseUrl: mock.url, onEvent, ...patient };
  await using nexconn = createNexconnClient(options);
  await expect(nexconn.issueAccessToken(request)).rejects.toMatchObject({ code: 'SIGNATURE_REJECTED', attempts: 1 });
  expect(offsets).toEqual([]);
});
