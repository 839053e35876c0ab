import {
  createNexconnClient,
  type NexconnClient,
  type NexconnClientOptions,
  type NexconnEvent,
} from '@nexconn-kit/client';
import { type Fault, type FaultKind, type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { patient } from '../../support/patient.js';
import { openResources, resourcesBeyond } from './open-resources.js';
import { request, styles } from './styles.js';

/** What a fault that stays comes to: what the method throws, the API's own code, and how many attempts were made. */
type Row = [fault: Fault, code: string | undefined, apiCode: number | undefined, attempts: number];

const table: Record<FaultKind, Row[]> = {
  latency: [
    [{ kind: 'latency', ms: 20 }, undefined, undefined, 1],
    [{ kind: 'latency', ms: 60_000 }, 'TIMEOUT', undefined, 3],
  ],
  answer: [
    [{ kind: 'answer', code: 400 }, 'REQUEST_REJECTED', 400, 1],
    [{ kind: 'answer', code: 404 }, 'REQUEST_REJECTED', 404, 1],
    [{ kind: 'answer', code: 1000 }, 'SERVICE_FAILED', 1000, 3],
    [{ kind: 'answer', code: 1001 }, 'CREDENTIALS_REJECTED', 1001, 1],
    [{ kind: 'answer', code: 1002 }, 'REQUEST_REJECTED', 1002, 1],
    [{ kind: 'answer', code: 1003 }, 'REQUEST_REJECTED', 1003, 1],
    [{ kind: 'answer', code: 1004 }, 'SIGNATURE_REJECTED', 1004, 1],
    [{ kind: 'answer', code: 1005 }, 'REQUEST_REJECTED', 1005, 1],
    [{ kind: 'answer', code: 1006 }, 'APP_UNAVAILABLE', 1006, 1],
    [{ kind: 'answer', code: 1007 }, 'CALL_RESTRICTED', 1007, 1],
    [{ kind: 'answer', code: 1008 }, 'RATE_LIMITED', 1008, 3],
    [{ kind: 'answer', code: 1009 }, 'SERVICE_NOT_ENABLED', 1009, 1],
    [{ kind: 'answer', code: 1050 }, 'SERVICE_FAILED', 1050, 3],
    [{ kind: 'answer', code: 2007 }, 'USER_LIMIT_REACHED', 2007, 1],
    [{ kind: 'answer', code: 1008, status: 503 }, 'RATE_LIMITED', 1008, 3],
  ],
  html: [
    [{ kind: 'html' }, 'SERVICE_FAILED', undefined, 3],
    [{ kind: 'html', status: 504 }, 'SERVICE_FAILED', undefined, 3],
  ],
  'not-json': [
    [{ kind: 'not-json' }, 'MALFORMED_RESPONSE', undefined, 1],
    [{ kind: 'not-json', status: 503 }, 'SERVICE_FAILED', undefined, 3],
    [{ kind: 'not-json', status: 400 }, 'UNEXPECTED_RESPONSE', undefined, 1],
  ],
  'code-on-200': [
    [{ kind: 'code-on-200' }, 'SERVICE_FAILED', 1000, 3],
    [{ kind: 'code-on-200', code: 1008 }, 'RATE_LIMITED', 1008, 3],
    [{ kind: 'code-on-200', code: 1002 }, 'REQUEST_REJECTED', 1002, 1],
  ],
  truncate: [[{ kind: 'truncate' }, 'NETWORK', undefined, 3]],
  reset: [[{ kind: 'reset' }, 'NETWORK', undefined, 3]],
  'reset-after': [[{ kind: 'reset-after' }, 'NETWORK', undefined, 3]],
  hang: [[{ kind: 'hang' }, 'TIMEOUT', undefined, 3]],
};
const rows = Object.values(table).flat();

/** Long, unless it is what the row is about: a busy machine must not decide. */
const boundsFor = (code: string | undefined, timeoutMs: number) => (code === 'TIMEOUT' ? { timeoutMs } : patient);

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0 });
  // What is loaded at the first call is loaded by this one.
  const { appKey, appSecret, url: baseUrl } = mock;
  await using client = createNexconnClient({ appKey, appSecret, baseUrl, ...patient });
  await client.issueAccessToken(request);
});
afterEach(() => mock.console.clearFaults({}));
afterAll(() => mock.close());

/** Uses a client of the mock, and expects it to leave nothing open. */
async function withClient(
  settings: Partial<Omit<NexconnClientOptions, 'region' | 'baseUrl' | 'baseUrls'>>,
  use: (client: NexconnClient, attempts: () => number | undefined) => Promise<void>,
): Promise<void> {
  const baseline = openResources();
  let attempts: number | undefined;
  const onEvent = (event: NexconnEvent): void => {
    if (event.type === 'call-end') attempts = event.attempts;
  };
  const { appKey, appSecret, url: baseUrl } = mock;
  const options = { appKey, appSecret, baseUrl, onEvent, rateLimit: false as const };
  const retry = { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 2 };
  const client = createNexconnClient({ ...options, retry, ...settings });
  try {
    await use(client, () => attempts);
  } finally {
    await client.close();
  }
  expect(await resourcesBeyond(baseline)).toEqual([]);
}

describe.each(styles)('%s', (style, act) => {
  const isHttp = style === 'client.http';

  it.each(rows)('%j that stays ends in %s (code %s) after %d attempts, and leaves nothing open', async (...row) => {
    const [fault, code, apiCode, attempts] = row;
    await mock.console.setFault({ sequence: [fault], times: 0 });
    await withClient(boundsFor(code, 300), async (client, attemptsMade) => {
      const came = await act(client);
      // An error body of the API is no exception there.
      expect(came).toEqual(isHttp && apiCode !== undefined ? { apiCode } : code === undefined ? {} : { code, apiCode });
      expect(attemptsMade()).toBe(attempts);
    });
  });

  const passing = rows.filter(([, , , attempts]) => attempts > 1);
  it.each(passing)('%j that passes is not noticed', async (fault, code) => {
    await mock.console.setFault({ sequence: [fault] });
    // The second attempt, which must not time out, has as long as the first one that must.
    await withClient(boundsFor(code, 3_000), async (client, attemptsMade) => {
      expect(await act(client)).toEqual({});
      expect(attemptsMade()).toBe(2);
    });
  });
});

it('1,000 calls that are aborted at random moments leave nothing open and nothing unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): number => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const faults: Fault[] = [
    { kind: 'latency', ms: 10, jitterMs: 10 },
    { kind: 'reset' },
    { kind: 'truncate' },
    { kind: 'hang' },
  ];
  await mock.console.setFault({ sequence: [...faults, 'success'], times: 0 });
  const codes = new Map<string | undefined, number>();
  await withClient({ retry: { baseDelayMs: 5 }, timeoutMs: 1_000 }, async (client) => {
    const shared = new AbortController();
    for (let batch = 0; batch < 10; batch += 1) {
      await Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const own = new AbortController();
          const timer = setTimeout(() => own.abort(), Math.random() * 40);
          const signal = index % 10 === 0 ? AbortSignal.any([shared.signal, own.signal]) : own.signal;
          const [, act] = styles[index % 2] ?? [];
          const came = await act?.(client, { signal, ...(index % 7 === 0 && { timeoutMs: 15 }) });
          clearTimeout(timer);
          codes.set(came?.code, (codes.get(came?.code) ?? 0) + 1);
        }),
      );
    }
    await mock.console.clearFaults({});
    expect(await styles[0]?.[1](client, patient)).toEqual({});
  });
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect(codes.get('ABORTED')).toBeGreaterThan(100);
  expect(
    [...codes.keys()].filter(
      (code) => code !== undefined && code !== 'ABORTED' && code !== 'TIMEOUT' && code !== 'NETWORK',
    ),
  ).toEqual([]);
});
