import { createNexconnClient, type NexconnClient, type NexconnClientOptions } from '@nexconn-kit/client';
import { type RunningMock, type StartMockOptions, startMock } from '@nexconn-kit/mock';
import { expect, it } from 'vitest';
import { patient } from '../support/patient.js';

const path = '/v4/auth/access-token/issue';
const request = { userId: 'jlk456j5', name: 'Ada' };

async function startBoth(
  mockOptions: StartMockOptions = {},
  settings: Partial<Omit<NexconnClientOptions, 'region' | 'baseUrl' | 'baseUrls'>> = {},
): Promise<{ mock: RunningMock; nexconn: NexconnClient } & AsyncDisposable> {
  const mock = await startMock({ port: 0, ...mockOptions });
  const { appKey, appSecret, url: baseUrl } = mock;
  const nexconn = createNexconnClient({ appKey, appSecret, baseUrl, ...patient, ...settings });
  return { mock, nexconn, [Symbol.asyncDispose]: mock.close };
}

it('both styles get a token', async () => {
  await using started = await startBoth();
  const { nexconn } = started;
  const issued = { userId: request.userId, accessToken: expect.stringMatching(/^\S{20,256}$/) };
  expect(await nexconn.issueAccessToken({ ...request, avatarUrl: '' })).toEqual(issued);
  const { data, error } = await nexconn.http.POST(path, { body: request });
  expect({ data, error }).toEqual({ data: { code: 0, result: issued }, error: undefined });
});

it('the RC- headers are accepted as well', async () => {
  await using started = await startBoth({}, { headerPrefix: 'RC-' });
  expect(await started.nexconn.issueAccessToken(request)).toMatchObject({ userId: request.userId });
});

it('a mock that remembers nonces accepts many calls at once', async () => {
  await using started = await startBoth();
  const calls = Array.from({ length: 50 }, () => started.nexconn.issueAccessToken(request));
  expect(new Set((await Promise.all(calls)).map(({ accessToken }) => accessToken)).size).toBe(50);
});

it('userIdPattern means the same on both sides', async () => {
  const userId = 'demo-user_1';
  await using wide = await startBoth({ userIdPattern: /[\w-]+/ }, { userIdPattern: /[\w-]+/ });
  expect(await wide.nexconn.issueAccessToken({ ...request, userId })).toMatchObject({ userId });
  await using narrow = await startBoth({}, { userIdPattern: /[\w-]+/ });
  const refusal = narrow.nexconn.issueAccessToken({ ...request, userId });
  await expect(refusal).rejects.toMatchObject({ code: 'REQUEST_REJECTED', apiCode: 1002, status: 400 });
});

it('what is sent unchecked comes back as an error of the API, in both styles', async () => {
  await using started = await startBoth({}, { validateRequests: false });
  const body = { ...request, userId: 'a'.repeat(65) };
  const refusal = started.nexconn.issueAccessToken(body);
  await expect(refusal).rejects.toMatchObject({ code: 'REQUEST_REJECTED', apiCode: 1005, status: 400 });
  const { error, response } = await started.nexconn.http.POST(path, { body });
  expect(response.status).toBe(400);
  expect(error).toEqual({ code: 1005, errorMessage: expect.any(String) });
});
