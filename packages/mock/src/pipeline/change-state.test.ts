import { signRequest } from '@nexconn-kit/signing';
import { describe, expect, it } from 'vitest';
import { ada, appKey, appSecret, type Changes, makeIssueRequest } from '../../test/support/make-issue-request.js';
import { toApi } from '../document/api.js';
import type { MockRequest } from '../http/types.js';
import { resolveOptions } from '../resolve-options.js';
import type { MockOptions } from '../types.js';
import { createPipeline } from './pipeline.js';

const nexconnApi = toApi();

/** The pipeline of a mock, asked to issue tokens. */
function start(options: MockOptions = {}) {
  const { answer, service, journal } = createPipeline(nexconnApi, resolveOptions(options));
  async function ask(changes: Changes = {}) {
    const request = makeIssueRequest(changes);
    const { pathname: path, searchParams: query } = new URL(request.url);
    const headers = Object.fromEntries(request.headers);
    const {
      status,
      headers: sent,
      body,
    } = await answer({ method: request.method, path, query, headers, body: request.body });
    const { code, errorMessage, result } = JSON.parse(body);
    return { status, code, errorMessage, token: result?.accessToken, headers: sent };
  }
  const issue = (userId: string, sign = {}) => ask({ body: { ...ada, userId }, sign });
  const check = (token: string, key = appKey) => service.checkToken({ appKey: key, token }).code;
  return { ask, issue, check, service, journal };
}

describe('issuing a token', () => {
  it('registers the user, and the token connects', async () => {
    const { ask, check, service } = start();
    const { token } = await ask({ body: { ...ada, avatarUrl: 'http://e/1' } });
    expect(check(token)).toBe(0);
    expect(service.users(appKey).users).toMatchObject([{ ...ada, avatarUrl: 'http://e/1', tokenCount: 1 }]);
    await ask({ body: { ...ada, avatarUrl: '' } });
    expect(service.users(appKey).users[0]).not.toHaveProperty('avatarUrl');
  });

  it('changes nothing when it is refused or another answer is preferred', async () => {
    const { ask, service } = start();
    const refused: Changes[] = [
      { body: {} },
      { sign: { appSecret: 'wrong' } },
      { headers: { prefer: 'code=429' } },
      { headers: { prefer: 'example=userLimitReached' } },
      { headers: { 'x-request-id': 'a'.repeat(37) } },
    ];
    for (const changes of refused) expect((await ask(changes)).code).not.toBe(0);
    expect(service.app(appKey)).toMatchObject({ userCount: 0, tokenCount: 0 });
  });

  it('stops at 100 users of a development app with 403 and 2007, but not for those it has', async () => {
    const { issue, service } = start({ environment: 'development', rateLimit: false });
    for (let user = 0; user < 100; user += 1) expect((await issue(`user${user}`)).code).toBe(0);
    expect(await issue('another')).toMatchObject({
      status: 403,
      code: 2007,
      errorMessage: expect.stringContaining('100'),
    });
    expect((await issue('user42')).code).toBe(0);
    expect(service.app(appKey)).toMatchObject({ userCount: 100, tokenCount: 101 });
  });

  it('answers 401 and 1006 for a suspended app, and goes on when it is resumed', async () => {
    const { ask, service } = start();
    service.updateApp(appKey, { suspended: true });
    expect(await ask()).toMatchObject({ status: 401, code: 1006 });
    service.updateApp(appKey, { suspended: false });
    expect((await ask()).code).toBe(0);
  });

  it('keeps the apps of the options apart', async () => {
    const other = { appKey: 'key2', appSecret: 'secret2' };
    const { issue, check, service } = start({ apps: [{ ...other, environment: 'development', userLimit: 0 }] });
    const { token } = await issue('ada');
    expect(check(token, 'key2')).toBe(31004);
    expect(await issue('ada', other)).toMatchObject({ status: 403, code: 2007 });
    service.updateApp('key2', { environment: 'production' });
    expect(check((await issue('ada', other)).token, 'key2')).toBe(0);
    expect(await issue('ada', { ...other, appSecret })).toMatchObject({ status: 401, code: 1004 });
  });
});

describe('the rate limit', () => {
  it('answers 429 and 1008 beyond 200 requests a second of an app, with Retry-After, and slides', async () => {
    let now = Date.now();
    const { issue, journal } = start({ now: () => now, apps: [{ appKey: 'key2', appSecret: 'secret2' }] });
    const sign = { now: () => now };
    const codes = async (count: number, more = {}) => {
      const answers = await Promise.all(Array.from({ length: count }, () => issue('ada', { ...sign, ...more })));
      return answers.map(({ code }) => code);
    };
    expect(new Set(await codes(200))).toEqual(new Set([0]));
    const refused = await issue('ada', sign);
    expect(refused).toMatchObject({ status: 429, code: 1008, headers: { 'Retry-After': '1' } });
    expect(await codes(1, { appKey: 'key2', appSecret: 'secret2' })).toEqual([0]);
    now += 999;
    expect(await codes(1)).toEqual([1008]);
    now += 1;
    expect(new Set(await codes(200))).toEqual(new Set([0]));
    expect(journal.list({ code: 1008 })).toHaveLength(2);
  });

  it('is another number, or none, by the option', async () => {
    const one = start({ rateLimit: 1 });
    expect([(await one.ask()).code, (await one.ask()).code]).toEqual([0, 1008]);
    const none = start({ rateLimit: false });
    const answers = await Promise.all(Array.from({ length: 300 }, () => none.ask()));
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([0]));
  });

  it('does not count what is refused before it', async () => {
    const { ask } = start({ rateLimit: 1 });
    for (let attempt = 0; attempt < 3; attempt += 1) await ask({ sign: { appSecret: 'wrong' } });
    expect((await ask()).code).toBe(0);
  });
});

describe('a rotated secret', () => {
  const renewed = { appSecret: 'secret2' };

  it('takes over at once: the old one is told of it, and its tokens are void', async () => {
    const { ask, check, service } = start();
    const { token } = await ask();
    service.rotateSecret(appKey, renewed);
    expect(check(token)).toBe(31004);
    const refused = await ask();
    expect(refused).toMatchObject({ status: 401, code: 1004 });
    expect(refused.headers['X-Mock-Reason']).toBe('Signature was signed with the App Secret before the rotation.');
    expect((await ask({ sign: renewed })).code).toBe(0);
    const wrong = await ask({ sign: { appSecret: 'neither' } });
    expect(wrong.headers['X-Mock-Reason']).not.toMatch(/rotation/);
  });

  it('takes over when it is first used: until then the old one signs and its tokens connect', async () => {
    const { ask, check, service } = start();
    const { token: old } = await ask();
    service.rotateSecret(appKey, { ...renewed, takesEffect: 'on-first-use' });
    const { token: between } = await ask();
    const late = await ask({ sign: { ...renewed, now: () => 0 } });
    expect(late.headers['X-Mock-Reason']).toMatch(/^Timestamp /);
    expect([check(old), check(between)]).toEqual([0, 0]);
    const { token: fresh } = await ask({ sign: renewed });
    expect([check(old), check(between), check(fresh)]).toEqual([31004, 31004, 0]);
    expect((await ask()).headers['X-Mock-Reason']).toMatch(/before the rotation/);
  });
});

describe('a secret that waits for its first use', () => {
  it('is not used by a request that is refused for its time or its nonce, and the refusal says so', async () => {
    const { ask, check, service } = start();
    const { token } = await ask({ sign: { nonce: () => 'used' } });
    service.rotateSecret(appKey, { appSecret: 'secret2', takesEffect: 'on-first-use' });
    const next = { appSecret: 'secret2' };
    const late = await ask({ sign: { ...next, now: () => Date.now() - 600_000 } });
    expect(late).toMatchObject({
      code: 1004,
      headers: { 'X-Mock-Reason': expect.stringMatching(/^Timestamp .* behind/) },
    });
    const again = await ask({ sign: { ...next, nonce: () => 'used' } });
    expect(again).toMatchObject({ code: 1004, headers: { 'X-Mock-Reason': expect.stringMatching(/^Nonce was used/) } });
    expect([service.app(appKey).rotationPending, check(token)]).toEqual([true, 0]);
    expect((await ask()).code).toBe(0);
  });
});

describe('what the service does not publish', () => {
  it('refuses a nonce that was used, or allows it by the option', async () => {
    const headers = signRequest({ appKey, appSecret });
    const twice = async (options: MockOptions) => {
      const { ask } = start(options);
      return [(await ask({ headers: lowerCase(headers) })).code, (await ask({ headers: lowerCase(headers) })).code];
    };
    expect(await twice({})).toEqual([0, 1004]);
    expect(await twice({ nonceReplay: 'allow' })).toEqual([0, 0]);
  });

  it('lets apps use the same nonce', async () => {
    const { issue } = start({ apps: [{ appKey: 'key2', appSecret: 'secret2' }] });
    const sign = { nonce: () => 'same' };
    expect((await issue('ada', sign)).code).toBe(0);
    expect((await issue('ada', { ...sign, appKey: 'key2', appSecret: 'secret2' })).code).toBe(0);
  });

  it('judges requests by real time when the clock of the tokens was moved', async () => {
    const { ask, check, service } = start({ tokenValiditySeconds: 60 });
    const { token } = await ask();
    service.moveClock({ byMs: 3_600_000 });
    expect(check(token)).toBe(31020);
    const { code, token: fresh } = await ask();
    expect([code, check(fresh)]).toEqual([0, 0]);
  });
});

describe('a fault', () => {
  it.each([
    ['latency=1', 1],
    ['truncate', 1],
    ['reset-after', 1],
    ['answer=1008', 0],
    ['code-on-200=1000', 0],
    ['html', 0],
    ['not-json', 0],
    ['reset', 0],
    ['hang', 0],
  ])('%s leaves %i tokens, as a service that fails there would', async (fault, tokenCount) => {
    const { answer, service, journal } = createPipeline(nexconnApi, resolveOptions({}));
    await answer(toMockRequest(makeIssueRequest({ headers: { 'x-mock-fault': fault } })));
    expect(service.app(appKey)).toMatchObject({ userCount: tokenCount, tokenCount });
    expect(journal.list()).toMatchObject([{ fault: expect.stringContaining(fault.split('=')[0] ?? '') }]);
  });

  it('lets a new user beyond the limit be refused', async () => {
    const { ask, service } = start({ environment: 'development', userLimit: 0 });
    expect(await ask({ headers: { 'x-mock-fault': 'latency=1' } })).toMatchObject({ status: 403, code: 2007 });
    expect(service.app(appKey).userCount).toBe(0);
  });
});

describe('the journal', () => {
  it('has every request with its verdict', async () => {
    const { ask, issue, journal } = start();
    await issue('ada');
    await ask({ headers: { 'x-request-id': 'r1' }, body: {} });
    await ask({ path: '/nowhere?token=1' });
    await ask({ sign: { appSecret: 'wrong' } });
    expect(journal.list()).toMatchObject([
      { id: 1, appKey, operationId: 'issueAccessToken', userId: 'ada', method: 'POST', status: 200, code: 0 },
      { id: 2, status: 400, code: 1002, requestId: 'r1', reason: expect.stringContaining('userId') },
      { id: 3, status: 404, code: 404, path: '/nowhere' },
      { id: 4, appKey, status: 401, code: 1004, reason: expect.stringContaining('Signature') },
    ]);
    expect(journal.list()[0]).not.toHaveProperty('reason');
  });

  it('never has a token, a secret, a signature or an App Key that is none', async () => {
    const { ask, journal, service } = start();
    const { token } = await ask();
    const headers = lowerCase(signRequest({ appKey: appSecret, appSecret: appKey }));
    await ask({ headers });
    const seen = JSON.stringify([journal.list(), service.apps(), service.tokens(appKey), service.snapshot()]);
    for (const secret of [token, appSecret, headers.signature]) expect(seen).not.toContain(secret);
  });
});

function toMockRequest({ method, url, headers, body }: Request): MockRequest {
  const { pathname: path, searchParams: query } = new URL(url);
  return { method, path, query, headers: Object.fromEntries(headers), body };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
