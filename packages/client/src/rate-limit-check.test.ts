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
  await using client = makeClient({ perSecond: 1, maxQueueMs: 1_100 });
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

it.each([undefined, null, {}, { take: () => {}, spacingMs: () => 5 }])(
  'a store that connects to no permits is refused: %j',
  async (source) => {
    const store = { connect: () => source, reserve: () => {} } as never;
    await using client = makeClient({ store });
    const refused = expect.objectContaining({ code: 'INVALID_OPTION', option: 'rateLimit.store' });
    expect(() => client.rateLimit.check('issueAccessToken')).toThrow(refused);
    await expect(client.issueAccessToken(ada)).rejects.toEqual(refused);
  },
);

it.each([
  ['timeoutMS', 'timeoutMs'],
  ['timeout', 'timeoutMs'],
  ['deadline', 'deadlineMs'],
  ['requestID', 'requestId'],
  ['onAccept', 'onAccepted'],
  ['header', 'headers'],
  ['parseas', 'parseAs'],
])('an option of a call by path that looks misspelt is refused: %s', async (option, meant) => {
  await using client = makeClient(false);
  const calling = client.http.POST('/v4/auth/access-token/issue', { body: ada, [option]: 5 });
  await expect(calling).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    option,
    message: expect.stringContaining(`Did you mean ${meant}?`),
  });
});

it('what a runtime or a framework adds to the options of a fetch is taken', async () => {
  await using client = makeClient(false);
  const added = {
    cf: {},
    next: {},
    tls: {},
    proxy: '',
    unix: '',
    verbose: true,
    client: {},
    decompress: true,
    duplex: 'half',
  };
  const standard = { keepalive: true, cache: 'no-store', mode: 'cors', redirect: 'manual' } as const;
  const { data } = await client.http.POST('/v4/auth/access-token/issue', { body: ada, ...standard, ...added });
  expect(data).toMatchObject({ code: 0 });
});
