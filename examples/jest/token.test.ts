import { createNexconnClient, NexconnError } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0 });
});
afterAll(() => mock.close());

const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);

test('whoever is logged in gets a token, and the same one again', async () => {
  const { appKey, appSecret, url: baseUrl } = mock;
  const client = createNexconnClient({ appKey, appSecret, baseUrl });
  const handler = createTokenHandler(createTokenService({ client, store: createMemoryStore() }), {
    authenticate: ({ headers }) => users.get(headers.get('cookie') ?? ''),
  });
  const ask = (cookie: string) =>
    handler(new Request('http://app.test/access-token', { method: 'POST', headers: { cookie } }));
  expect((await ask('session=nobody')).status).toBe(401);
  const token = (await (await ask('session=a1b2')).json()) as { accessToken: string };
  expect(token).toEqual({ userId: 'jlk456j5', accessToken: expect.any(String), expiresInSeconds: null });
  expect(await (await ask('session=a1b2')).json()).toEqual(token);
});

test('a wrong App Secret is an error of the client', async () => {
  const client = createNexconnClient({ appKey: mock.appKey, appSecret: 'wrong', baseUrl: mock.url });
  const failure = await client.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' }).catch((error) => error);
  expect(failure).toBeInstanceOf(NexconnError);
  expect(failure.code).toBe('SIGNATURE_REJECTED');
});
