import { expect, it } from 'vitest';
import { createNexconnClient, type NexconnClientSettings } from './index.js';

const ada = { userId: 'jlk456j5', name: 'Ada' };

function makeClient(rateLimit: NexconnClientSettings['rateLimit']) {
  const result = { userId: ada.userId, accessToken: 'a+/=@;.' };
  const fetch = async (): Promise<Response> => Response.json({ code: 0, result });
  return createNexconnClient({ appKey: 'key', appSecret: 'secret', baseUrl: 'http://localhost', fetch, rateLimit });
}

it('a call that would be refused by the queue is known beforehand, for the lane that it would take', async () => {
  await using client = makeClient({ perSecond: 10, maxQueueMs: 150 });
  expect(client.checkTurn('issueAccessToken')).toBeUndefined();
  const calls = [1, 2].map(() => client.issueAccessToken(ada));
  calls.push(client.issueAccessToken(ada, { lane: 'bulk' }));
  const ended = Promise.allSettled(calls);
  const refused = expect.objectContaining({ code: 'QUEUE_TOO_LONG', attempts: 0, operationId: 'issueAccessToken' });
  expect(() => client.checkTurn('issueAccessToken', { lane: 'bulk' })).toThrow(refused);
  await expect(client.issueAccessToken(ada, { lane: 'bulk' })).rejects.toEqual(refused);
  await ended;
});

it('a client without a rate limit refuses none', async () => {
  await using client = makeClient(false);
  const calls = Promise.all(Array.from({ length: 50 }, () => client.issueAccessToken(ada)));
  expect(client.checkTurn('issueAccessToken')).toBeUndefined();
  await calls;
});

it('the lane is checked', async () => {
  await using client = makeClient(false);
  expect(() => client.checkTurn('issueAccessToken', { lane: 'fast' as never })).toThrow(
    expect.objectContaining({ code: 'INVALID_CONFIGURATION' }),
  );
});
