import { AsyncLocalStorage } from 'node:async_hooks';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { createLog } from './log.js';
import { createMetrics } from './metrics.js';
import { startServeServer } from './server.js';

it('reads a caller who sends requests without waiting for answers only while few are under way', async () => {
  const held: (() => void)[] = [];
  const { url, drain } = await startServeServer({
    ...{ host: '127.0.0.1', port: 0, isThisMachineOnly: false, check: async () => {} },
    listener: (_, response) => void held.push(() => response.end('a token')),
    metrics: createMetrics(),
    log: createLog({ write: () => {} }, 'silent'),
    requestIds: new AsyncLocalStorage(),
  });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const count = 2_000;
  const request = `POST /access-token HTTP/1.1\r\nHost: x\r\nX-Padding: ${'x'.repeat(2_000)}\r\n\r\n`;
  socket.write(request.repeat(count));
  let received = '';
  socket.setEncoding('utf8').on('data', (data: string) => {
    received += data;
  });
  await until(() => expect(held.length).toBeGreaterThanOrEqual(64));
  let [most, answered] = [0, 0];
  while (answered < count) {
    // What it has read by then it has read at once.
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, held.length);
    answered += held.length;
    for (const answer of held.splice(0)) answer();
  }
  expect(most).toBeLessThan(64 + 64);
  await until(() => expect(received.split('a token')).toHaveLength(count + 1));
  socket.destroy();
  await drain({ delayMs: 0, timeoutMs: 60_000 });
});

it('answers the requests of connections that waited to be accepted when it was told to end', async () => {
  const { url, drain } = await startServeServer({
    ...{ host: '127.0.0.1', port: 0, isThisMachineOnly: false, check: async () => {} },
    listener: (_, response) => void response.end('a token'),
    metrics: createMetrics(),
    log: createLog({ write: () => {} }),
    requestIds: new AsyncLocalStorage(),
  });
  const crowd = Array.from({ length: 60 }, () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /access-token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    return text(socket).catch(String);
  });
  // The kernel takes them; the event loop has not turned since.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const drained = drain({ delayMs: 0, timeoutMs: 60_000 });
  const answers = await Promise.all(crowd);
  await drained;
  expect(answers.filter((answer) => !answer.includes('200 OK'))).toEqual([]);
});

it.each([
  [undefined, 65],
  [7_000, 7],
])(
  'keeps an idle connection for %s ms, and says so: longer than a proxy in front',
  async (keepAliveTimeoutMs, seconds) => {
    const { url, drain } = await startServeServer({
      ...{ host: '127.0.0.1', port: 0, isThisMachineOnly: false, check: async () => {}, keepAliveTimeoutMs },
      listener: (_, response) => void response.end('a token'),
      metrics: createMetrics(),
      log: createLog({ write: () => {} }),
      requestIds: new AsyncLocalStorage(),
    });
    const { headers } = await fetch(`${url}/healthz`);
    expect(headers.get('keep-alive')).toBe(`timeout=${seconds}`);
    await drain({ delayMs: 0, timeoutMs: 60_000 });
  },
);
