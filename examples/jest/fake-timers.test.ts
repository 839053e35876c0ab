import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';

afterEach(() => {
  jest.useRealTimers();
});

test.each([
  ['all of them', {}],
  ['with the date of another year', { now: Date.UTC(2001, 0) }],
])('a client gets its tokens under the fake timers of Jest, %s', async (_, options) => {
  jest.useFakeTimers(options);
  const mock = await startMock({ port: 0 });
  const { appKey, appSecret, url: baseUrl } = mock;
  const client = createNexconnClient({ appKey, appSecret, baseUrl });
  for (const userId of ['u1', 'u2', 'u3']) {
    expect((await client.issueAccessToken({ userId, name: 'Ada' })).userId).toBe(userId);
  }
  await client.close();
  await mock.close();
});
