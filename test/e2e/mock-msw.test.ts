import { createNexconnClient } from '@nexconn-kit/client';
import { servers } from '@nexconn-kit/contract';
import { createMock } from '@nexconn-kit/mock';
import { mswHandlers } from '@nexconn-kit/mock/msw';
import { signRequest } from '@nexconn-kit/signing';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

const mock = createMock();
const server = setupServer(...mswHandlers(http, { mock }));
const ada = { userId: 'jlk456j5', name: 'Ada' };

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function issueAt(url: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v4/auth/access-token/issue`, {
    method: 'POST',
    headers: { ...signRequest(mock), 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(ada),
    ...(signal && { signal }),
  });
}

it.each(servers)('answers in the place of $url', async ({ url }) => {
  const response = await issueAt(url);
  expect(await response.json()).toMatchObject({ code: 0, result: { userId: ada.userId } });
});

it('answers the client, which is set up as for the service', async () => {
  const { appKey, appSecret } = mock;
  const nexconn = createNexconnClient({ appKey, appSecret, region: 'sg', fetch: (request) => fetch(request) });
  expect(await nexconn.issueAccessToken(ada)).toMatchObject({ userId: ada.userId });
});

it('passes on a refusal with its headers', async () => {
  const response = await issueAt(servers[0]?.url ?? '', { Signature: 'junk' });
  expect(response.status).toBe(401);
  expect(response.headers.get('x-mock-reason')).toMatch(/Signature/);
  expect(await response.json()).toEqual({ code: 1004, errorMessage: expect.stringMatching(/signature/i) });
});

it('shows a reset as a network error, and a hang until the caller gives up', async () => {
  const url = servers[0]?.url ?? '';
  await expect(issueAt(url, { 'X-Mock-Fault': 'reset' })).rejects.toThrow(TypeError);
  const hanging = issueAt(url, { 'X-Mock-Fault': 'hang' }, AbortSignal.timeout(50));
  await expect(hanging).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('stands back for a handler of the test, and takes other base URLs', async () => {
  server.use(...mswHandlers(http, { mock, baseUrls: ['https://gateway.example/nexconn'] }));
  const response = await issueAt('https://gateway.example/nexconn');
  expect(await response.json()).toMatchObject({ code: 0, result: { userId: ada.userId } });
  server.use(http.post('*/v4/auth/access-token/issue', () => HttpResponse.json({ code: 1000 }, { status: 500 })));
  expect((await issueAt(servers[0]?.url ?? '')).status).toBe(500);
});
