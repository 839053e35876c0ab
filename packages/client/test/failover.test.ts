import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNexconnClient, type NexconnEvent } from '../src/index.js';
import { type ClientSettings, credentials, failureOf, path, request } from './support/make-client.js';
import { outlast, outlasted } from './support/outlast.js';
import { type Answerer, issued, json, raw, startServer } from './support/start-server.js';

vi.mock('../src/system-time.js', async () => ({
  ...(await import('../../../test/support/faked-time.js')),
  ...(await import('./support/outlast.js')),
}));

/** Replaces the monotonic time that the cool-down is measured by with one that the test moves. */
const fakeClock = () => vi.useFakeTimers({ toFake: ['performance'] });
afterEach(() => void vi.useRealTimers());

const good = json(200, issued);
const html = raw(502, '<html>', { 'content-type': 'text/html' });

/** A client of a primary whose answer can be changed, and of a backup that is well. */
async function start(broken: Answerer, settings: ClientSettings = {}) {
  let answer = broken;
  const primary = await startServer((...given) => answer(...given));
  const backup = await startServer(good);
  const events: NexconnEvent[] = [];
  const nexconn = createNexconnClient({
    ...credentials,
    baseUrls: [primary.url, backup.url],
    ...outlasted,
    failoverCoolDownMs: 1_000,
    rateLimit: false,
    onEvent: (event) => events.push(event),
    ...settings,
  });
  return {
    nexconn,
    primary,
    backup,
    answer: (next: Answerer) => {
      answer = next;
    },
    moves: () => events.flatMap((event) => (event.type === 'failover' ? [`${event.from} > ${event.to}`] : [])),
    waits: () => events.filter(({ type }) => type === 'wait'),
    [Symbol.asyncDispose]: async () => {
      await nexconn.close();
      await primary[Symbol.asyncDispose]();
      await backup[Symbol.asyncDispose]();
    },
  };
}

const troubles: [string, Answerer][] = [
  ['is silent', outlast],
  ['closes the connection', (response) => response.destroy()],
  ['answers as a broken gateway', html],
  ['answers with a page', raw(200, '<html>', { 'content-type': 'text/html' })],
];

it.each<[string, unknown]>([
  ['of another shape', { userId: request.userId, accessToken: 7 }],
  ['for somebody else', { userId: 'another', accessToken: 'x' }],
])('a result %s is the answer of the API, which the backup would give too', async (_, result) => {
  await using started = await start(json(200, { code: 0, result }));
  const failure = await failureOf(started.nexconn.issueAccessToken(request));
  expect(failure).toMatchObject({ code: 'MALFORMED_RESPONSE', attempts: 1 });
  started.answer(good);
  await started.nexconn.issueAccessToken(request);
  expect([started.primary.received.length, started.backup.received.length, started.moves()]).toEqual([2, 0, []]);
});

describe.each(troubles)('a primary that %s', (_, trouble) => {
  it('has the same call go on at the backup at once, in both styles', async () => {
    await using named = await start(trouble);
    expect(await named.nexconn.issueAccessToken(request)).toEqual(issued.result);
    await using http = await start(trouble);
    expect((await http.nexconn.http.POST(path, { body: request })).data).toEqual(issued);
    for (const { primary, backup, waits } of [named, http]) {
      expect([primary.received.length, backup.received.length]).toEqual([1, 1]);
      expect(waits()).toEqual([]);
    }
  });

  it('is left alone from then on, and tried by one call after the cool-down', async () => {
    fakeClock();
    await using started = await start(trouble);
    const { nexconn, primary, backup, answer, moves } = started;
    const issue = () => nexconn.issueAccessToken(request);
    for (let calls = 0; calls < 5; calls += 1) await issue();
    expect([primary.received.length, backup.received.length]).toEqual([1, 5]);
    answer(good);
    vi.advanceTimersByTime(1_000);
    await Promise.all([issue(), issue(), issue()]);
    expect([primary.received.length, backup.received.length]).toEqual([2, 7]);
    await Promise.all([issue(), issue(), issue()]);
    expect([primary.received.length, backup.received.length]).toEqual([5, 7]);
    expect(moves()).toEqual([`${primary.url} > ${backup.url}`, `${backup.url} > ${primary.url}`]);
  });
});

describe('failover', () => {
  it('takes a primary that refuses connections for down', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await using backup = await startServer(good);
    const refusing = `http://127.0.0.1:${port}`;
    const events: NexconnEvent[] = [];
    const onEvent = (event: NexconnEvent) => events.push(event);
    await using nexconn = createNexconnClient({ ...credentials, baseUrls: [refusing, backup.url], onEvent });
    expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
    expect(backup.received).toHaveLength(1);
    const moves = events.filter(({ type }) => type === 'failover');
    expect(moves).toMatchObject([{ from: refusing, to: backup.url }]);
  });

  it('keeps calls where they are while a probe of the primary fails', async () => {
    fakeClock();
    await using started = await start(html, { failoverCoolDownMs: 30 });
    for (let calls = 0; calls < 30; calls += 1) {
      await started.nexconn.issueAccessToken(request);
      vi.advanceTimersByTime(10);
    }
    expect(started.moves()).toHaveLength(1);
    // At first, and 30, 60 and 120 ms after a failure.
    expect(started.primary.received).toHaveLength(4);
  });

  it('finds the one host that is well again, also where both have failed', async () => {
    let answer = html;
    await using primary = await startServer(html);
    await using backup = await startServer((...given) => answer(...given));
    const retry = { baseDelayMs: 1 };
    const baseUrls = [primary.url, backup.url] as const;
    await using nexconn = createNexconnClient({ ...credentials, baseUrls, retry, rateLimit: false });
    const issue = () => nexconn.issueAccessToken(request);
    for (let calls = 0; calls < 3; calls += 1) expect((await failureOf(issue())).code).toBe('SERVICE_FAILED');
    answer = good;
    const seen = primary.received.length;
    for (let calls = 0; calls < 20; calls += 1) expect(await issue()).toEqual(issued.result);
    expect(primary.received.length - seen).toBeLessThanOrEqual(1);
  });

  it('does not happen for one call with a short time of its own', async () => {
    await using started = await start(outlast, { timeoutMs: 3_600_000 });
    const { timeoutMs } = outlasted;
    expect(await started.nexconn.issueAccessToken(request, { timeoutMs })).toEqual(issued.result);
    expect(started.moves()).toEqual([]);
    started.answer(good);
    await started.nexconn.issueAccessToken(request);
    expect(started.primary.received).toHaveLength(2);
  });

  it('does not happen for what the API refuses', async () => {
    await using started = await start(json(400, { code: 1002, errorMessage: 'x' }));
    expect(await failureOf(started.nexconn.issueAccessToken(request))).toMatchObject({ apiCode: 1002, attempts: 1 });
    expect(started.backup.received).toEqual([]);
  });

  it('gives each of the hosts one attempt with retry: false', async () => {
    await using primary = await startServer(html);
    await using backup = await startServer(html);
    const baseUrls = [primary.url, backup.url] as const;
    await using nexconn = createNexconnClient({ ...credentials, baseUrls, retry: false });
    expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'SERVICE_FAILED', attempts: 2 });
    expect([primary.received.length, backup.received.length]).toEqual([1, 1]);
  });

  it('signs anew for the other host', async () => {
    await using started = await start(html);
    await started.nexconn.issueAccessToken(request);
    const [first, second] = [started.primary.received[0], started.backup.received[0]];
    expect(first?.headers.nonce).not.toBe(second?.headers.nonce);
    expect(first?.headers['x-request-id']).toBe(second?.headers['x-request-id']);
  });

  it('keeps the path of each base URL', async () => {
    await using primary = await startServer(html);
    await using backup = await startServer(good);
    const baseUrls = [`${primary.url}/a`, `${backup.url}/b`] as const;
    await using nexconn = createNexconnClient({ ...credentials, baseUrls });
    await nexconn.issueAccessToken(request);
    await nexconn.http.POST(path, { body: request });
    expect(primary.received.map(({ url }) => url)).toEqual([`/a${path}`]);
    expect(backup.received.map(({ url }) => url)).toEqual([`/b${path}`, `/b${path}`]);
  });
});
