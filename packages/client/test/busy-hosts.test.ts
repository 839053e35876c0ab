import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../../test/support/until.js';
import { createNexconnClient, type NexconnEvent } from '../src/index.js';
import { type ClientSettings, credentials, failureOf, request } from './support/make-client.js';
import { outlasted, passTimeouts } from './support/outlast.js';
import { type Answerer, issued, json, startServer } from './support/start-server.js';

vi.mock('../src/system-time.js', async (load) => ({
  ...(await load<object>()),
  ...(await import('./support/outlast.js')),
}));

const good = json(200, issued);

/** Starts a server that accepts connections and never says a word, not even of TLS. */
async function startSilence() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    // Its client's end is not seen otherwise.
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let asked = 0;
  server.on('connection', (socket) => {
    socket.once('data', () => {
      asked += 1;
    });
  });
  return {
    url: `https://127.0.0.1:${port}`,
    open: () => sockets.size,
    /** How many connections something was sent over: undici opens one anew for nothing after a request that was cancelled. */
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('a host that accepts connections and is silent in TLS', () => {
  it('has none of them left once its calls have ended', async () => {
    await using silence = await startSilence();
    await using nexconn = createNexconnClient({
      ...credentials,
      ...outlasted,
      baseUrl: silence.url,
      rateLimit: false,
      retry: false,
    });
    // More than there may be connections.
    const calls = Array.from({ length: 100 }, () => failureOf(nexconn.issueAccessToken(request)));
    for (const open of [64, 36]) {
      await until(() => expect(silence.open()).toBe(open));
      passTimeouts();
    }
    expect(new Set((await Promise.all(calls)).map(({ code }) => code))).toEqual(new Set(['TIMEOUT']));
    await until(() => expect(silence.open()).toBe(0));
  });

  it('keeps no connection of a call that its signal has ended, and closes at once', async () => {
    await using silence = await startSilence();
    const nexconn = createNexconnClient({
      ...credentials,
      baseUrl: silence.url,
      timeoutMs: 3_600_000,
      rateLimit: false,
    });
    const controller = new AbortController();
    const failing = failureOf(nexconn.issueAccessToken(request, { signal: controller.signal }));
    await until(() => expect(silence.open()).toBe(1));
    controller.abort();
    expect((await failing).code).toBe('ABORTED');
    await nexconn.close();
    await until(() => expect(silence.open()).toBe(0));
  });
});

/** A client of a server that answers once it is told to. */
async function startHolding(settings: ClientSettings = {}) {
  let held: (() => void)[] | undefined = [];
  const answer: Answerer = (...given) => (held ? held.push(() => good(...given)) : good(...given));
  const server = await startServer(answer);
  const events: NexconnEvent[] = [];
  const onEvent = (event: NexconnEvent) => events.push(event);
  const nexconn = createNexconnClient({ ...credentials, baseUrl: server.url, rateLimit: false, onEvent, ...settings });
  return {
    server,
    nexconn,
    reasons: () => events.flatMap((event) => (event.type === 'wait' ? [event.reason] : [])),
    letGo() {
      for (const each of held ?? []) each();
      held = undefined;
    },
    [Symbol.asyncDispose]: async () => {
      await nexconn.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('more calls than there may be connections', () => {
  it('wait for one, say so, and have all their time from then on', async () => {
    await using started = await startHolding({ timeoutMs: 3_600_000 });
    const calls = Array.from({ length: 64 }, () => started.nexconn.issueAccessToken(request));
    // Less than the others hold the connections for.
    const late = Array.from({ length: 6 }, () => started.nexconn.issueAccessToken(request, outlasted));
    await until(() => expect(started.server.received).toHaveLength(64));
    expect(started.reasons()).toEqual([]);
    started.letGo();
    expect(new Set((await Promise.all([...calls, ...late])).map(({ userId }) => userId)).size).toBe(1);
    expect(started.reasons()).toEqual(Array.from({ length: 6 }, () => 'connection'));
  });

  it('are no fault of the host, however long they wait', async () => {
    await using started = await startHolding({ timeoutMs: 3_600_000, retry: false });
    const calls = Array.from({ length: 64 }, () => started.nexconn.issueAccessToken(request));
    await until(() => expect(started.server.received).toHaveLength(64));
    const failure = await failureOf(started.nexconn.issueAccessToken(request, { timeoutMs: 1, deadlineMs: 100 }));
    expect(failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', attempts: 0 });
    started.letGo();
    await Promise.all(calls);
    expect(started.server.received).toHaveLength(64);
  });

  it('leave the queue when they are cancelled', async () => {
    await using started = await startHolding({ timeoutMs: 3_600_000 });
    const calls = Array.from({ length: 64 }, () => started.nexconn.issueAccessToken(request));
    await until(() => expect(started.server.received).toHaveLength(64));
    const controller = new AbortController();
    const failing = Array.from({ length: 5 }, () =>
      failureOf(started.nexconn.issueAccessToken(request, { signal: controller.signal })),
    );
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect((await Promise.all(failing)).map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => 'ABORTED'));
    started.letGo();
    await Promise.all(calls);
    expect(started.server.received).toHaveLength(64);
  });
});

describe('calls that wait for a connection to a host that goes down', () => {
  const numberOfCalls = 150;

  /** Starts many calls at once to a primary, beside a backup that is well. */
  async function startCalls(primary: string, settings: ClientSettings) {
    const backup = await startServer(good);
    const events: NexconnEvent[] = [];
    const onEvent = (event: NexconnEvent) => events.push(event);
    const baseUrls = [primary, backup.url] as const;
    const nexconn = createNexconnClient({ ...credentials, baseUrls, rateLimit: false, onEvent, ...settings });
    const onPermit = vi.fn();
    const attempts: number[] = [];
    const onAccepted = (accepted: { readonly attempts: number }) => attempts.push(accepted.attempts);
    const calls = Promise.all(
      Array.from({ length: numberOfCalls }, () => nexconn.issueAccessToken(request, { onPermit, onAccepted })),
    );
    const dispose = async () => {
      await nexconn.close();
      await backup[Symbol.asyncDispose]();
    };
    return { backup, events, onPermit, attempts, calls, [Symbol.asyncDispose]: dispose };
  }

  it('go to the other one at once, which is no attempt more', async () => {
    const unavailable = json(503, {});
    const held: (() => void)[] = [];
    await using primary = await startServer((...given) =>
      held.length < 64 ? held.push(() => unavailable(...given)) : unavailable(...given),
    );
    await using started = await startCalls(primary.url, { timeoutMs: 3_600_000, deadlineMs: 3_600_000 });
    await until(() => expect(held).toHaveLength(64));
    for (const refuse of held) refuse();
    await started.calls;
    expect([primary.received.length, started.backup.received.length]).toEqual([64, numberOfCalls]);
    const repeated = started.attempts.filter((attempts) => attempts !== 1);
    expect(repeated).toEqual(Array.from({ length: 64 }, () => 2));
    expect(started.onPermit).toHaveBeenCalledTimes(numberOfCalls);
    const types = started.events.map(({ type }) => type);
    expect(types.filter((type) => type === 'attempt')).toHaveLength(numberOfCalls + 64);
    expect(types.filter((type) => type === 'failover')).toHaveLength(1);
    expect(types.filter((type) => type === 'wait').length).toBeGreaterThanOrEqual(numberOfCalls - 64);
  });

  it.each(['https:', 'http:'])('do not wait for it where it is silent over %s', async (protocol) => {
    await using silence = await startSilence();
    const primary = silence.url.replace('https:', protocol);
    await using started = await startCalls(primary, outlasted);
    await until(() => expect(silence.open()).toBe(64));
    passTimeouts();
    await started.calls;
    expect(silence.asked()).toBeLessThanOrEqual(64);
    expect(started.backup.received).toHaveLength(numberOfCalls);
  });
});

describe('a kept connection that the host has closed', () => {
  /** A client of a primary that closes some of the connections where it should answer, by the number of the request. */
  async function startClosing(isClosing: (nth: number) => boolean, settings: ClientSettings = {}) {
    let asked = 0;
    const primary = await startServer((...given) => (isClosing(++asked) ? given[0].destroy() : good(...given)));
    const backup = await startServer(good);
    const moves: NexconnEvent[] = [];
    const onEvent = (event: NexconnEvent) => event.type === 'failover' && moves.push(event);
    const baseUrls = [primary.url, backup.url] as const;
    const nexconn = createNexconnClient({ ...credentials, baseUrls, rateLimit: false, onEvent, ...settings });
    const dispose = async () => {
      await nexconn.close();
      await primary[Symbol.asyncDispose]();
      await backup[Symbol.asyncDispose]();
    };
    return { primary, backup, moves, nexconn, [Symbol.asyncDispose]: dispose };
  }

  it('has the request sent again, which is no attempt more and no failure of the host', async () => {
    await using started = await startClosing((nth) => nth === 2, { retry: false });
    await started.nexconn.issueAccessToken(request);
    const onAccepted = vi.fn();
    expect(await started.nexconn.issueAccessToken(request, { onAccepted })).toEqual(issued.result);
    expect(onAccepted.mock.calls).toMatchObject([[{ attempts: 1 }]]);
    expect([started.primary.received.length, started.backup.received.length]).toEqual([3, 0]);
    expect(new Set(started.primary.received.map(({ headers }) => headers.nonce)).size).toBe(3);
    expect(started.moves).toEqual([]);
  });

  it('is left for a new one where that is noticed before the request is written, which is no attempt more', async () => {
    const sockets: Socket[] = [];
    await using primary = await startServer((...given) => {
      sockets.push(given[2].socket);
      good(...given);
    });
    await using backup = await startServer(good);
    const baseUrls = [primary.url, backup.url] as const;
    await using nexconn = createNexconnClient({ ...credentials, baseUrls, rateLimit: false, retry: false });
    await nexconn.issueAccessToken(request);
    // From here on the event loop reads from sockets before undici writes, which it does by an immediate of its own.
    await new Promise((resolve) => setImmediate(resolve));
    sockets[0]?.resetAndDestroy();
    const onAccepted = vi.fn();
    await nexconn.issueAccessToken(request, { onAccepted });
    expect(onAccepted.mock.calls).toMatchObject([[{ attempts: 1 }]]);
    await nexconn.issueAccessToken(request);
    expect([primary.received.length, backup.received.length]).toEqual([3, 0]);
    expect(new Set(sockets).size).toBe(2);
  });

  it('is a failure of the host where the new one is closed as well', async () => {
    await using started = await startClosing((nth) => nth > 1);
    for (let calls = 0; calls < 2; calls += 1) await started.nexconn.issueAccessToken(request);
    expect([started.primary.received.length, started.backup.received.length]).toEqual([3, 1]);
    expect(started.moves).toHaveLength(1);
  });
});
