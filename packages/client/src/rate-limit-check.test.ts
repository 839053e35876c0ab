import { expect, it } from 'vitest';
import type { ClientSettings } from '../test/support/make-client.js';
import { createNexconnClient } from './index.js';

const ada = { userId: 'jlk456j5', name: 'Ada' };

function makeClient(rateLimit: ClientSettings['rateLimit']) {
  const result = { userId: ada.userId, accessToken: 'a+/=@;.' };
  const fetch = async (): Promise<Response> => Response.json({ code: 0, result });
  return createNexconnClient({ appKey: 'key', appSecret: 'secret', baseUrl: 'http://localhost', fetch, rateLimit });
}

it('a call that would be refused by the queue is known beforehand, for the priority that it would take', async () => {
  await using client = makeClient({ perSecond: 10, maxQueueMs: 150 });
  expect(client.rateLimit.check('issueAccessToken')).toBeUndefined();
  const calls = [1, 2].map(() => client.issueAccessToken(ada));
  calls.push(client.issueAccessToken(ada, { priority: 'bulk' }));
  const ended = Promise.allSettled(calls);
  const refused = expect.objectContaining({ code: 'QUEUE_TOO_LONG', attempts: 0, operationId: 'issueAccessToken' });
  expect(() => client.rateLimit.check('issueAccessToken', { priority: 'bulk' })).toThrow(refused);
  await expect(client.issueAccessToken(ada, { priority: 'bulk' })).rejects.toEqual(refused);
  await ended;
});

it('a client without a rate limit refuses none', async () => {
  await using client = makeClient(false);
  const calls = Promise.all(Array.from({ length: 50 }, () => client.issueAccessToken(ada)));
  expect(client.rateLimit.check('issueAccessToken')).toBeUndefined();
  await calls;
});

it('the priority is checked', async () => {
  await using client = makeClient(false);
  expect(() => client.rateLimit.check('issueAccessToken', { priority: 'fast' as never })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  );
});

it.each<[string, string, object, string]>([
  ['a misspelt option', 'issueAccessToken', { priorty: 'bulk' }, 'priorty'],
  ['an operation that there is none of', 'issueToken', {}, 'operationId'],
])('%s is refused by its name', async (_, operationId, options, option) => {
  await using client = makeClient({});
  expect(() => client.rateLimit.check(operationId as never, options)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', option }),
  );
});

it.each(['onPermit', 'onAccepted'])('%s of a call must be a function', async (option) => {
  await using client = makeClient(false);
  const refused = expect.objectContaining({ code: 'INVALID_OPTION', option, attempts: 0 });
  await expect(client.issueAccessToken(ada, { [option]: 5 })).rejects.toEqual(refused);
  await expect(client.http.POST('/v4/auth/access-token/issue', { body: ada, [option]: 5 })).rejects.toEqual(refused);
});
