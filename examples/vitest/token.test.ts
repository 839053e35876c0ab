import { createNexconnClient } from '@nexconn-kit/client';
import { it } from '@nexconn-kit/mock/vitest';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { expect } from 'vitest';

const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);

it('whoever is logged in gets a token, and the same one again', async ({ nexconnApp }) => {
  const client = createNexconnClient(nexconnApp);
  const handler = createTokenHandler(createTokenService({ client, store: createMemoryStore() }), {
    authenticate: ({ headers }) => users.get(headers.get('cookie') ?? ''),
  });
  const ask = (cookie: string) =>
    handler(new Request('http://app.test/access-token', { method: 'POST', headers: { cookie } }));
  expect((await ask('session=nobody')).status).toBe(401);
  const token = await (await ask('session=a1b2')).json();
  expect(token).toEqual({ userId: 'jlk456j5', accessToken: expect.any(String), expiresInSeconds: null });
  expect(await (await ask('session=a1b2')).json()).toEqual(token);
});

it('a request that the service refuses is tried again', async ({ nexconnMock }) => {
  const { appKey, appSecret, url: baseUrl } = nexconnMock;
  await nexconnMock.console.setFault({ appKey, sequence: [{ kind: 'answer', code: 1008 }] });
  const client = createNexconnClient({ appKey, appSecret, baseUrl });
  expect(await client.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' })).toHaveProperty('accessToken');
});
