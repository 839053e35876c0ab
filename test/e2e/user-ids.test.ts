import { createNexconnClient, type NexconnClient } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import {
  createMemoryStore,
  createTokenHandler,
  createTokenService,
  opaqueUserId,
  type TokenHandlerFailure,
} from '@nexconn-kit/token-service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient } from '../support/patient.js';

const key = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2';
const others = [
  ['a UUID', '9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10'],
  ['of Auth0', 'auth0|6507f1c2e4b0a1d2c3f4a5b6'],
  ['of Clerk', 'user_2NNEqL2nrIRdJ194ndJqAHwEfxC'],
  ['an e-mail address', 'ada@example.com'],
  ['an emoji', '😀'],
  ['a name', 'Zoë Ünal'],
  ['too long', 'x'.repeat(65)],
] as const;
const ways = /opaque IDs \(opaqueUserId, NEXCONN_USER_ID_KEY\) or set userIdPattern \(--user-id-pattern\): /;
const waysOut = new RegExp(`${ways.source}https://.*/guides/user-ids\\.html`);

let mock: RunningMock;
let nexconn: NexconnClient;
/** Sends what the other one refuses. */
let unchecked: NexconnClient;

beforeAll(async () => {
  mock = await startMock({ port: 0 });
  const { appKey, appSecret, url: baseUrl } = mock;
  nexconn = createNexconnClient({ appKey, appSecret, baseUrl, ...patient });
  unchecked = createNexconnClient({ appKey, appSecret, baseUrl, validateRequests: false, ...patient });
});
afterAll(async () => {
  await Promise.all([nexconn, unchecked].map((client) => client.close()));
  await mock.close();
});

function tokensOf(client: NexconnClient) {
  return createTokenService({ client, store: createMemoryStore() });
}

async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'not refused';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Returns what the handler says to its listener, and that it says no word of it to the caller. */
async function messageOfHandler(userId: string): Promise<string> {
  const failures: TokenHandlerFailure[] = [];
  const onFailure = (failure: TokenHandlerFailure) => failures.push(failure);
  const handler = createTokenHandler(tokensOf(nexconn), { authenticate: () => ({ userId, name: 'Ada' }), onFailure });
  const response = await handler(new Request('https://app.example.com/access-token', { method: 'POST' }));
  expect([response.status, await response.json()]).toEqual([
    500,
    { code: 'INTERNAL_ERROR', message: 'The server failed.' },
  ]);
  return `${failures[0]?.error}`;
}

describe.each(others)('a user ID that is %s', (_, userId) => {
  const user = { userId, name: 'Ada' };
  const tokens = () => tokensOf(nexconn);

  it.each<[door: string, knock: () => unknown]>([
    ['a call of the client', () => nexconn.issueAccessToken(user)],
    ['its openapi-fetch client', () => nexconn.http.POST('/v4/auth/access-token/issue', { body: user })],
    ['its check', () => nexconn.checkRequest('issueAccessToken', user)],
    ['get', () => tokens().get(user)],
    ['replace', () => tokens().replace({ ...user, rejectedToken: 'x' })],
    ['forget', () => tokens().forget(userId)],
  ])('is refused by %s with every way out, once, and without the ID', async (__, knock) => {
    const message = await messageOf(knock);
    expect(message).toMatch(waysOut);
    expect(message.match(/user-ids\.html/g)).toHaveLength(1);
    expect(message).not.toContain(userId);
  });

  it('is refused by the mock with every way out, which the client passes on', async () => {
    const { error } = await unchecked.http.POST('/v4/auth/access-token/issue', { body: user });
    expect(error?.errorMessage).toMatch(waysOut);
    expect(await messageOf(() => unchecked.issueAccessToken(user))).toMatch(ways);
  });

  it('is a failure of the handler with every way out, which the caller is not told', async () => {
    expect(await messageOfHandler(userId)).toMatch(waysOut);
  });

  it('gets a token under an opaque ID', async () => {
    const opaque = opaqueUserId(userId, key);
    expect(await tokens().get({ userId: opaque, name: 'Ada' })).toMatchObject({ userId: opaque });
  });
});
