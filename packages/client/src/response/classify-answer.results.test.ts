import { describe, expect, it } from 'vitest';
import { type ClientSettings, failureOf, makeClient, path, request } from '../../test/support/make-client.js';
import { json, startServer } from '../../test/support/start-server.js';
import type { NexconnClient, NexconnEvent } from '../index.js';

const result = { userId: request.userId, accessToken: 'token7FDmy0' };
const secret = 'hunter2-hunter2';

const styles: [style: string, call: (client: NexconnClient) => Promise<unknown>][] = [
  ['the named method', (client) => client.issueAccessToken(request)],
  ['the named method behind a middleware', callBehindMiddleware],
  ['client.http', async (client) => (await client.http.POST(path, { body: request })).data?.result],
];

function callBehindMiddleware(client: NexconnClient): Promise<unknown> {
  client.http.use({ onRequest: () => undefined });
  return client.issueAccessToken(request);
}

async function startIssuing(change: object, settings: ClientSettings = {}) {
  const server = await startServer(json(200, { code: 0, result: { ...result, ...change } }));
  const events: NexconnEvent[] = [];
  const client = makeClient(server.url, { onEvent: (event) => events.push(event), ...settings });
  return { client, events, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe.each(styles)('%s', (_, callWith) => {
  it.each([
    ['null', null, 'accessToken is of type null; it must be of type string.'],
    ['a number', 123, 'accessToken is of type number; it must be of type string.'],
    ['nothing', '', 'accessToken is 0 characters long; the minimum is 1.'],
    ['an object', { a: secret }, 'accessToken is of type object; it must be of type string.'],
    ['a list', [secret], 'accessToken is of type array; it must be of type string.'],
    ['no value', undefined, 'accessToken is missing; it is required.'],
  ])('refuses a token that is %s, and does not repeat it', async (_, accessToken, words) => {
    await using issuing = await startIssuing({ accessToken });
    const failure = await failureOf(callWith(issuing.client));
    expect(failure).toMatchObject({ code: 'MALFORMED_RESPONSE', status: 200, retryable: false });
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain(secret);
  });

  it.each([
    ['of another kind', null, 'The result is of type null; it must be of type object.'],
    ['without a field', {}, 'userId is missing; it is required (and 1 more).'],
  ])('says of a result %s what is wrong with it', async (_, wrong, words) => {
    await using server = await startServer(json(200, { code: 0, result: wrong }));
    const { message } = await failureOf(callWith(makeClient(server.url)));
    expect(message).toContain(` got HTTP 200 with a result that does not fit the document: ${words} Check baseUrl`);
  });

  it('takes fields that the document does not know', async () => {
    await using issuing = await startIssuing({ expiresAt: 1, region: { name: 'sg' } });
    expect(await callWith(issuing.client)).toEqual({ ...result, expiresAt: 1, region: { name: 'sg' } });
  });

  it('takes a text that is longer than documented, and tells it once', async () => {
    const accessToken = 'é'.repeat(200);
    await using issuing = await startIssuing({ accessToken });
    expect(await callWith(issuing.client)).toEqual({ ...result, accessToken });
    const told = issuing.events.filter(({ type }) => type === 'long-text');
    expect(told).toMatchObject([
      {
        call: { operationId: 'issueAccessToken' },
        issues: [{ field: 'accessToken', keyword: 'x-max-bytes', limit: 256, actual: 400 }],
      },
    ]);
    expect(JSON.stringify(told)).not.toContain('é');
  });

  it('tells nothing of a text of the longest length that is documented', async () => {
    await using issuing = await startIssuing({ accessToken: 'a'.repeat(256) });
    await callWith(issuing.client);
    expect(issuing.events.map(({ type }) => type)).not.toContain('long-text');
  });

  it('refuses the token of another user, naming neither', async () => {
    await using issuing = await startIssuing({ userId: 'somebodyElse' });
    const failure = await failureOf(callWith(issuing.client));
    expect(failure).toMatchObject({ code: 'MALFORMED_RESPONSE', status: 200, retryable: false });
    expect(failure.message).toContain('userId is not that of the request');
    expect(failure.message).not.toMatch(/somebodyElse|jlk456j5/);
  });

  it('takes it with checkEchoes: false, for servers that answer with an example', async () => {
    await using issuing = await startIssuing({ userId: 'somebodyElse' }, { checkEchoes: false });
    expect(await callWith(issuing.client)).toEqual({ ...result, userId: 'somebodyElse' });
  });
});
