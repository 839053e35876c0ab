import { createNexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import { mswHandlers } from '@nexconn-kit/mock/msw';
import { http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, expect, it } from 'vitest';

const mock = createMock();
const server = setupServer(...mswHandlers(http, { mock }));
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterAll(() => server.close());

it('what is meant for the API is answered by the mock', async () => {
  const { appKey, appSecret } = mock;
  // The client's own connections pass MSW by: it sees the global fetch.
  const client = createNexconnClient({ appKey, appSecret, region: 'sg', fetch: (request) => fetch(request) });
  const { accessToken } = await client.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  expect(await mock.console.checkToken({ appKey, token: accessToken })).toMatchObject({ code: 0 });
});
