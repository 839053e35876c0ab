import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNexconnClient } from '@nexconn-kit/client';
import { loadDocument } from '@nexconn-kit/document';
import { createMock, startMock } from '@nexconn-kit/mock';
import { it as itWithMock } from '@nexconn-kit/mock/vitest';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { createTokenSource } from '@nexconn-kit/token-source';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const ada = { userId: 'ada1', name: 'Ada' };
/** Without `queueMicrotask`, which Node's own `fetch` needs. */
const taken = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['Date', 'performance'] as const),
];

beforeEach(() => {
  vi.useFakeTimers({ toFake: [...taken], now: Date.UTC(2001, 0) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('under fake timers, which stand in another year,', () => {
  it('a client gets its token from a mock on a port, and both close', async () => {
    await using mock = await startMock({ port: 0 });
    await using client = createNexconnClient({ ...credentialsOf(mock), baseUrl: mock.url });
    expect((await client.issueAccessToken(ada)).userId).toBe(ada.userId);
    // So many that connections are used again, with waits for permits between.
    for (let count = 1; count <= 150; count += 1) {
      expect((await client.issueAccessToken({ ...ada, userId: `u${count}` })).userId).toBe(`u${count}`);
    }
  });

  it('a client sends again what a fault has cost', async () => {
    await using mock = await startMock({ port: 0 });
    await mock.console.setFault({ sequence: [{ kind: 'reset' }, { kind: 'latency', ms: 2 }] });
    await using client = createNexconnClient({ ...credentialsOf(mock), baseUrl: mock.url });
    expect((await client.issueAccessToken(ada)).userId).toBe(ada.userId);
  });

  it('a mock without a port answers, waits for its journal and ends the wait', async () => {
    const mock = createMock();
    const client = createNexconnClient({ ...credentialsOf(mock), baseUrl: 'http://localhost', fetch: mock.fetch });
    await client.issueAccessToken(ada);
    const wait = mock.console.waitForJournal({ count: 2, timeoutMs: 1 });
    await expect(wait).rejects.toMatchObject({ code: 'WAIT_TIMED_OUT' });
    await client.close();
  });

  itWithMock('the fixtures of Vitest give an app and a mock', async ({ nexconnApp, nexconnMock }) => {
    for (const app of [nexconnApp, { ...credentialsOf(nexconnMock), baseUrl: nexconnMock.url }]) {
      await using client = createNexconnClient(app);
      expect((await client.issueAccessToken(ada)).userId).toBe(ada.userId);
    }
  });

  it('a token service hands a token to a token source over HTTP', async () => {
    await using mock = await startMock({ port: 0 });
    await using client = createNexconnClient({ ...credentialsOf(mock), baseUrl: mock.url });
    const tokens = createTokenService({ client, store: createMemoryStore() });
    const server = createServer(toNodeListener(createTokenHandler(tokens, { authenticate: async () => ada })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/access-token`;
    const source = createTokenSource({ endpoint });
    expect((await source.get()).length).toBeGreaterThan(20);
    server.close();
    server.closeAllConnections();
  });

  it('a document is read', async () => {
    expect(Object.keys((await loadDocument('spec/nexconn/openapi.yaml')).operations)).toContain('issueAccessToken');
  });
});

function credentialsOf({ appKey, appSecret }: { readonly appKey: string; readonly appSecret: string }) {
  return { appKey, appSecret };
}
