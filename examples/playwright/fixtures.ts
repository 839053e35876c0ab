import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNexconnClient } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { test as base } from '@playwright/test';
import { createApp } from './app.ts';

interface App {
  readonly appKey: string;
  readonly url: string;
}

/** A test with an app of its own (`app`), on a mock that all tests of a worker share. */
export const test = base.extend<{ app: App }, { nexconnMock: RunningMock }>({
  nexconnMock: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names that a fixture needs here.
    async ({}, use) => {
      const mock = await startMock({ port: 0 });
      await use(mock);
      await mock.close();
    },
    { scope: 'worker' },
  ],
  app: async ({ nexconnMock }, use) => {
    const { appKey, appSecret } = await nexconnMock.console.createApp({});
    const client = createNexconnClient({ appKey, appSecret, baseUrl: nexconnMock.url });
    const server = createServer(createApp(client)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await use({ appKey, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    server.close();
    server.closeAllConnections();
    await client.close();
  },
});
