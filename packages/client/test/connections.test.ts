import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../test/support/until.js';
import { createNexconnClient } from '../src/index.js';
import { type ClientSettings, credentials, failureOf, path, request } from './support/make-client.js';
import { outlast, outlasted } from './support/outlast.js';
import { type Answerer, issued, json, raw, startServer } from './support/start-server.js';

const good = json(200, issued);

vi.mock('../src/system-time.js', async (load) => ({
  ...(await load<object>()),
  ...(await import('./support/outlast.js')),
}));

/** A client, and the connections that its server saw with the number of requests over each. */
async function start(settings: ClientSettings = {}, answer: Answerer = good) {
  const counts = new Map<Socket, number>();
  const server = await startServer((response, received, incoming) => {
    counts.set(incoming.socket, (counts.get(incoming.socket) ?? 0) + 1);
    answer(response, received, incoming);
  }, 0);
  const nexconn = createNexconnClient({ ...credentials, baseUrl: server.url, rateLimit: false, ...settings });
  const open = () => [...counts.keys()].filter(({ destroyed }) => !destroyed).length;
  const dispose = async () => {
    await nexconn.close();
    await server[Symbol.asyncDispose]();
  };
  return { server, nexconn, counts, open, [Symbol.asyncDispose]: dispose };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a connection', () => {
  it('carries 79 requests at the most, one call after another', async () => {
    await using started = await start();
    for (let calls = 0; calls < 200; calls += 1) await started.nexconn.issueAccessToken(request);
    expect(Math.max(...started.counts.values())).toBe(79);
    expect(started.counts.size).toBeLessThanOrEqual(5);
  });

  it('carries 79 requests at the most with many calls at once', async () => {
    await using started = await start();
    for (let rounds = 0; rounds < 30; rounds += 1) {
      await Promise.all(Array.from({ length: 40 }, () => started.nexconn.issueAccessToken(request)));
    }
    expect(Math.max(...started.counts.values())).toBeLessThanOrEqual(79);
    expect(started.counts.size).toBeLessThan(100);
  });

  it('is opened anew only once those that are open have carried 79 as well', async () => {
    await using started = await start();
    await Promise.all([1, 2].map(() => started.nexconn.issueAccessToken(request)));
    for (let calls = 2; calls < 2 * 79; calls += 1) await started.nexconn.issueAccessToken(request);
    expect([...started.counts.values()]).toEqual([79, 79]);
    await until(() => started.open() === 0);
    await started.nexconn.issueAccessToken(request);
    expect([...started.counts.values()]).toEqual([79, 79, 1]);
  });

  it('is used again after a refusal', async () => {
    await using started = await start({}, json(400, { code: 1002, errorMessage: 'x' }));
    for (let calls = 0; calls < 5; calls += 1) await failureOf(started.nexconn.issueAccessToken(request));
    expect(started.counts.size).toBe(1);
  });

  it('is idle for less than 55 seconds, whatever the server offers', async () => {
    const offering = raw(200, JSON.stringify(issued), {
      'keep-alive': 'timeout=600',
      'content-type': 'application/json',
    });
    // Undici looks up its timer at each use; the client's own are the real ones, and this server closes no idle connection.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await using started = await start({}, offering);
    const startTimer = vi.spyOn(globalThis, 'setTimeout');
    const callAndIdle = async (ms: number) => {
      startTimer.mockClear();
      await started.nexconn.issueAccessToken(request);
      // It is set soon after the answer; the shorter ones are of connecting.
      while (!startTimer.mock.calls.some(([, delayMs = 0]) => delayMs > 10_000)) await setImmediate();
      vi.advanceTimersByTime(ms);
    };
    await callAndIdle(45_000);
    await callAndIdle(54_999);
    expect(started.counts.size).toBe(1);
    await started.nexconn.issueAccessToken(request);
    expect(started.counts.size).toBe(2);
  });
});

describe('close', () => {
  it('leaves no socket', async () => {
    await using started = await start();
    await Promise.all([1, 2, 3].map(() => started.nexconn.issueAccessToken(request)));
    expect(started.open()).toBeGreaterThan(0);
    await started.nexconn.close();
    await until(() => started.open() === 0);
  });

  it('is what await using does', async () => {
    await using started = await start();
    {
      await using nexconn = createNexconnClient({ ...credentials, baseUrl: started.server.url });
      await nexconn.issueAccessToken(request);
      expect(started.open()).toBe(1);
    }
    await until(() => started.open() === 0);
  });

  it('waits for the calls under way, with their repetitions', async () => {
    let asked = 0;
    const failsOnce: Answerer = (...given) =>
      asked++ === 0 ? raw(503, '')(...given) : setTimeout(() => good(...given), 50);
    await using started = await start({ retry: { baseDelayMs: 20 } }, failsOnce);
    let isIssued = false;
    const issuing = started.nexconn.issueAccessToken(request).then(() => {
      isIssued = true;
    });
    await started.nexconn.close();
    expect(isIssued).toBe(true);
    await issuing;
    await until(() => started.open() === 0);
  });

  it('can be called twice, and without any call before', async () => {
    await using started = await start();
    const { nexconn } = started;
    await nexconn.close();
    expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
    expect(started.open()).toBe(1);
    const closed = await Promise.allSettled([nexconn.close(), nexconn.close()]);
    expect(closed).toEqual(Array(2).fill({ status: 'fulfilled', value: undefined }));
    await expect(nexconn.close()).resolves.toBeUndefined();
    await until(() => started.open() === 0);
    expect(started.server.received).toHaveLength(1);
  });

  it('lets a later call open a connection of its own', async () => {
    await using started = await start();
    await started.nexconn.issueAccessToken(request);
    await started.nexconn.close();
    expect(await started.nexconn.issueAccessToken(request)).toEqual(issued.result);
    expect(started.counts.size).toBe(2);
  });
});

describe('what ends a call', () => {
  it.each<[string, (controller: AbortController) => Answerer]>([
    ['TIMEOUT', () => outlast],
    ['ABORTED', (controller) => () => controller.abort()],
  ])('lets go of its connection: %s', async (code, end) => {
    const controller = new AbortController();
    await using started = await start({ ...outlasted, retry: false }, end(controller));
    const failing = failureOf(started.nexconn.issueAccessToken(request, { signal: controller.signal }));
    expect((await failing).code).toBe(code);
    expect(started.counts.size).toBe(1);
    await until(() => started.open() === 0);
  });

  it('opens one connection for each call that was cancelled, none beside it, and keeps none of them', async () => {
    const [opened, listeners] = [[] as Socket[], new Set<() => void>()];
    let isSilent = true;
    const server = createServer((_, response) => {
      for (const listener of listeners) listener();
      if (!isSilent) response.end(JSON.stringify(issued));
    });
    // Also those over which nothing comes.
    server.on('connection', (socket) => opened.push(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const open = () => opened.filter(({ destroyed }) => !destroyed).length;
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const nexconn = createNexconnClient({ ...credentials, baseUrl, rateLimit: false, retry: false });
    for (let calls = 1; calls <= 30; calls += 1) {
      const controller = new AbortController();
      listeners.add(() => controller.abort());
      await failureOf(nexconn.issueAccessToken(request, { signal: controller.signal }));
      await until(() => open() === 0);
      expect(opened).toHaveLength(calls);
    }
    isSilent = false;
    for (let calls = 0; calls < 5; calls += 1) await nexconn.issueAccessToken(request);
    expect(opened).toHaveLength(31);
    expect(open()).toBe(1);
    await nexconn.close();
    await until(() => open() === 0);
    server.close();
    await once(server, 'close');
  });
});

describe('a signal', () => {
  it('has one listener for any number of calls and clients, and none once they are over', async () => {
    let answerAll = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      answerAll = resolve;
    });
    let received = 0;
    await using started = await start({}, (...given) => {
      received += 1;
      void waiting.then(() => good(...given));
    });
    const { signal } = new AbortController();
    const clients = Array.from({ length: 20 }, () =>
      createNexconnClient({ ...credentials, baseUrl: started.server.url, rateLimit: false }),
    );
    const calls = [...clients, ...clients].map(({ http, issueAccessToken }, index) =>
      index < 20 ? issueAccessToken(request, { signal }) : http.POST(path, { body: request, signal }),
    );
    await until(() => received === 40);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    answerAll();
    await Promise.all(calls);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await Promise.all(clients.map((each) => each.close()));
  });
});
