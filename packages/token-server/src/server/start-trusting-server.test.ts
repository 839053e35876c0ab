import { once } from 'node:events';
import { type IncomingMessage, request as send } from 'node:http';
import { networkInterfaces } from 'node:os';
import { createNexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { ownAddressOf } from '../login/header.js';
import { type AnsweredRequest, type RunningServer, startTrustingServer } from './start-trusting-server.js';

let tokens: RunningServer;

beforeAll(async () => {
  const { appKey, appSecret, fetch } = createMock();
  const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch });
  tokens = await startTrustingServer(client, { userHeader: 'X-User-Id', port: 0 });
});
afterAll(() => tokens[Symbol.asyncDispose]());

/** Not `fetch`, which sets these headers itself. */
function ask(path: string, headers: Record<string, string>): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const request = send(`${tokens.url}${path}`, { method: 'POST', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    request.on('error', reject).end();
  });
}

describe('where a header is believed,', () => {
  const port = () => new URL(tokens.url).port;

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '192.168.0.7', '0.0.0.0', '[::2]', ''])(
    'a page of %j that is pointed at this machine gets no token',
    async (name) => {
      const host = `${name}:${port()}`;
      const refused = await ask('/access-token', { host, origin: `http://${host}`, 'x-user-id': 'jlk456j5' });
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.body)).toMatchObject({ code: 'ORIGIN_REFUSED' });
      expect((await ask('/metrics', { host })).status).toBe(403);
    },
  );

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', 'app.localhost', '[::1]'])('a page of %s gets one', async (name) => {
    const host = `${name}:${port()}`;
    const given = await ask('/access-token', { host, origin: `http://${host}`, 'x-user-id': 'jlk456j5' });
    expect(given).toMatchObject({ status: 200, body: expect.stringContaining('"accessToken"') });
  });
});

const uuid = '9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10';

describe('a user ID that no token can be issued for is a mistake of whoever sent it:', () => {
  it.each<[shape: string, userId: string, rule: RegExp]>([
    ['a UUID', uuid, /userId has a character .*opaqueUserId, NEXCONN_USER_ID_KEY.*user-ids\.html$/],
    ['one with a blank', 'ada lovelace', /userId has a character/],
    ['one that is too long', 'a'.repeat(65), /userId is 65 characters long; at most 64/],
    ['one that is sent in UTF-8', Buffer.from('stra\u00dfe').toString('latin1'), /a letter in UTF-8/],
    ['one with a soft hyphen', 'a\u00adda', /invisible character/],
  ])('%s is a 400 with the header and the rule, and without the ID', async (_, userId, rule) => {
    const refused = await ask('/access-token', { 'x-user-id': userId });
    const body = JSON.parse(refused.body) as { message: string };
    expect([refused.status, body]).toEqual([400, { code: 'INVALID_REQUEST', message: expect.stringMatching(rule) }]);
    expect(body.message).toContain('X-User-Id');
    expect(body.message).not.toContain(userId);
  });

  it('whoever listens gets to know why', async () => {
    const told: AnsweredRequest[] = [];
    const { appKey, appSecret, fetch: send } = createMock();
    const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch: send });
    await using server = await startTrustingServer(client, {
      userHeader: 'X-User-Id',
      port: 0,
      onAnswered: (answered) => told.push(answered),
    });
    for (const id of [uuid, 'ada'])
      await fetch(`${server.url}/access-token`, { method: 'POST', headers: { 'x-user-id': id } });
    await fetch(`${server.url}/access-token`, { method: 'POST' });
    await until(() => expect(told.length).toBe(3));
    expect(told).toEqual([
      expect.objectContaining({ status: 400, userId: uuid, reason: expect.stringContaining('X-User-Id') }),
      expect.not.objectContaining({ reason: expect.anything() }),
      expect.objectContaining({ status: 401, reason: expect.stringContaining('X-User-Id is missing') }),
    ]);
  });
});

it('with a user ID key any ID of the header gets a token, under an opaque one', async () => {
  const { appKey, appSecret, fetch: send } = createMock();
  const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch: send });
  const userIdKey = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2';
  await using opaque = await startTrustingServer(client, { userHeader: 'X-User-Id', port: 0, userIdKey });
  for (const id of [uuid, 'auth0|12', 'ada@example.com', 'ada lovelace', 'a'.repeat(200)]) {
    const given = await fetch(`${opaque.url}/access-token`, { method: 'POST', headers: { 'x-user-id': id } });
    expect(await given.json()).toMatchObject({ userId: expect.stringMatching(/^[a-z2-7]{32}$/) });
  }
});

describe('on an address of a network', () => {
  const [own] = Object.values(networkInterfaces()).flatMap((each = []) =>
    each.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
  );

  it.runIf(own !== undefined)(
    'devices of it get tokens by that address, for pages of it too, and by no name',
    async () => {
      const mock = createMock();
      const client = createNexconnClient({
        appKey: mock.appKey,
        appSecret: mock.appSecret,
        baseUrl: 'http://localhost',
        fetch: mock.fetch,
      });
      await using server = await startTrustingServer(client, { userHeader: 'X-User-Id', port: 0, host: `${own}` });
      const statusOf = async (host: string, origin = `http://${host}`): Promise<number | undefined> => {
        const request = send(`${server.url}/access-token`, {
          method: 'POST',
          headers: { host, origin, 'x-user-id': 'ada' },
        }).end();
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        response.resume();
        return response.statusCode;
      };
      const { port } = new URL(server.url);
      expect(await statusOf(`${own}:${port}`)).toBe(200);
      expect(await statusOf(`${own}:${port}`, `http://${own}:5173`)).toBe(200);
      expect(await statusOf(`${own}:${port}`, 'http://evil.example')).toBe(403);
      expect(await statusOf(`evil.example:${port}`)).toBe(403);
    },
  );

  it.each([
    ['192.168.0.7', '192.168.0.7'],
    ['2001:DB8::1', '[2001:db8::1]'],
    ['0.0.0.0', undefined],
    ['::', undefined],
    ['0:0:0:0:0:0:0:0', undefined],
    ['laptop.local', undefined],
  ])('%s is %s in a URL', (host, address) => expect(ownAddressOf(host)).toBe(address));
});
