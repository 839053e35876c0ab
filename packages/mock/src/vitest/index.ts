import { type TestAPI, test } from 'vitest';
import { startMock } from '../start-mock.js';
import type { RunningMock } from '../types.js';

/** An app that no other test has, in the form of a client's options. */
export interface TestApp {
  readonly appKey: string;
  readonly appSecret: string;
  /** The URL that the mock listens at. */
  readonly baseUrl: string;
}

/** The fixtures of a test. */
export interface NexconnFixtures {
  /** An App Key of its own on a mock that other tests share: its users, tokens, faults and limits are its own. */
  readonly nexconnApp: TestApp;
  /** A mock of the test's own. */
  readonly nexconnMock: RunningMock;
}

interface Shared {
  /** The URL of a mock that a global setup started and provided; empty where each worker has its own. */
  readonly nexconnMockUrl: string;
  readonly nexconnCreateApp: () => Promise<TestApp>;
}

const extended: TestAPI<NexconnFixtures & Shared> = test.extend<NexconnFixtures & Shared>({
  nexconnMockUrl: ['', { injected: true, scope: 'worker' }],
  nexconnCreateApp: [
    async ({ nexconnMockUrl }, use) => {
      if (nexconnMockUrl !== '') {
        await use(() => createAppOver(nexconnMockUrl));
        return;
      }
      await using mock = await startMock({ port: 0 });
      await use(async () => ({ ...(await mock.console.createApp({})), baseUrl: mock.url }));
    },
    { scope: 'worker' },
  ],
  nexconnApp: async ({ nexconnCreateApp }, use) => {
    const { appKey, appSecret, baseUrl } = await nexconnCreateApp();
    await use({ appKey, appSecret, baseUrl });
  },
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs
  nexconnMock: async ({}, use) => {
    await using mock = await startMock({ port: 0 });
    await use(mock);
  },
});

async function createAppOver(baseUrl: string): Promise<TestApp> {
  const response = await fetch(`${baseUrl}/_console/api/apps/create`, { method: 'POST' });
  if (!response.ok) throw new Error(`The mock at ${baseUrl} made no app: HTTP ${response.status}.`);
  const app = (await response.json()) as { readonly appKey: string; readonly appSecret: string };
  return { appKey: app.appKey, appSecret: app.appSecret, baseUrl };
}

/**
 * Vitest's `test` with `nexconnApp` and `nexconnMock`.
 *
 * To have all workers share one mock, start it in a global setup and `provide('nexconnMockUrl', mock.url)`.
 *
 * @example
 * it('issues a token', async ({ nexconnApp }) => {
 *   const client = createNexconnClient(nexconnApp);
 *   expect((await client.issueAccessToken({ userId: 'ada1', name: 'Ada' })).accessToken).toBeTruthy();
 * });
 */
export const it: TestAPI<NexconnFixtures> = extended as TestAPI<NexconnFixtures>;
