import { AsyncLocalStorage } from 'node:async_hooks';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createLog } from './log.js';
import { createMetrics } from './metrics.js';
import { startServeServer } from './server.js';

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
