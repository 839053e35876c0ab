import type { AddressInfo, Server } from 'node:net';
import { createNexconnClient } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { createMemoryStore, createTokenService, type TokenService } from '../../src/index.js';

/** A token service with a real client before a real mock. */
export interface Backend extends AsyncDisposable {
  readonly mock: RunningMock;
  readonly tokens: TokenService;
}

export async function startBackend(): Promise<Backend> {
  const mock = await startMock({ port: 0, rateLimit: false });
  const client = createNexconnClient({ appKey: mock.appKey, appSecret: mock.appSecret, baseUrl: mock.url });
  const tokens = createTokenService({ client, store: createMemoryStore(), replaceCoolDownMs: 0 });
  return {
    mock,
    tokens,
    async [Symbol.asyncDispose]() {
      await client.close();
      await mock.close();
    },
  };
}

/** Listens on a free port of this machine, and gives the address. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What an app sends: a POST, signed in as Ada unless told otherwise. */
export function appRequest(init: RequestInit & { url?: string } = {}): Request {
  const { url = 'https://app.example.com/access-token', headers = {}, ...rest } = init;
  return new Request(url, { method: 'POST', headers: { authorization: 'ada', ...headers }, ...rest });
}

/** The same with a JSON body. */
export function jsonRequest(body: unknown, headers: Record<string, string> = {}): Request {
  return appRequest({ headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
}
