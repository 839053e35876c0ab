import { describe, expect, it } from 'vitest';
import { appKey, makeIssueRequest, readAnswer } from '../../test/support/make-issue-request.js';
import { type OperationId, operationTable } from '../generated/console/operations.gen.js';
import { createMock, type Mock, startMock } from '../index.js';

const base = 'http://mock.test';

function post(path: string, body?: unknown, headers: Record<string, string> = {}): Request {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = { 'content-type': 'application/json' };
  return new Request(`${base}${path}`, { method: 'POST', headers: { ...type, ...headers }, ...sent });
}

/** Calls an operation over HTTP and gives what its method would. */
async function overHttp(mock: Mock, operationId: OperationId, request?: unknown): Promise<unknown> {
  const response = await mock.fetch(post(operationTable[operationId].path, request));
  const text = await response.text();
  const body = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return body;
  throw Object.assign(new Error(body.message), { code: body.code });
}

async function issue(mock: Mock, userId = 'jlk456j5'): Promise<string> {
  const { result } = await readAnswer(await mock.fetch(makeIssueRequest({ body: { userId, name: 'Ada' } })));
  return result.accessToken;
}

/** What one call comes to, errors included, as both doors tell it. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch(({ code, message }: { code: string; message: string }) => ({ code, message }));
}

const requests: [OperationId, unknown][] = [
  ['listApps', undefined],
  ['getApp', { appKey }],
  ['getApp', { appKey: 'gone' }],
  ['getApp', {}],
  ['getApp', { appKey, extra: 1 }],
  ['createApp', { appKey }],
  ['createApp', { appKey: 'second', appSecret: 'secret', environment: 'development', userLimit: 1 }],
  ['updateApp', { appKey, suspended: true, tokenValiditySeconds: 60, rateLimit: false }],
  ['rotateSecret', { appKey, appSecret: 'another', takesEffect: 'on-first-use' }],
  ['rotateSecret', { appKey: 'gone' }],
  ['listUsers', { appKey, limit: 1 }],
  ['listTokens', { appKey: 'gone' }],
  ['voidTokens', { appKey, userIds: ['jlk456j5'] }],
  ['checkToken', { appKey: 'gone', token: 'junk' }],
  ['checkToken', { appKey, token: 'junk' }],
  ['moveClock', { toMs: 1_700_000_000_000, byMs: 1 }],
  ['resetState', undefined],
  ['resetState', { appKey: 'gone' }],
  ['restoreSnapshot', { snapshotId: 'snapshot-1' }],
  ['listJournal', { status: 401 }],
  ['waitForJournal', { timeoutMs: 0 }],
  ['waitForJournal', { timeoutMs: 0, allowFewer: true }],
  ['waitForJournal', { timeoutMs: 60_001 }],
  ['clearJournal', undefined],
  ['setFault', { appKey, sequence: ['success', { kind: 'hang' }] }],
  ['setFault', { appKey: 'gone', sequence: [{ kind: 'hang' }] }],
  ['setFault', { appKey, sequence: [{ kind: 'answer', code: 7 }] }],
  ['setFault', { appKey, sequence: [] }],
  ['listFaults', { appKey }],
  ['clearFaults', { appKey }],
  ['getJournalEntry', { id: 1 }],
  ['sendRequest', { method: 'POST', target: '/v4/auth/access-token/issue', body: '{}' }],
  ['sendRequest', { appKey: 'gone', method: 'POST', target: '/' }],
  ['sendRequest', { method: 'post', target: '//evil.test' }],
  ['replayRequest', { id: 1 }],
  ['exportJournal', { appKey }],
  ['describeDocument', undefined],
  ['getCoverage', undefined],
  ['clearCoverage', undefined],
];

it.each(requests)('%s says the same over HTTP and as a method: %j', async (operationId, request) => {
  const [one, other] = [createMock(), createMock()];
  const method = one.console[operationId] as (request: unknown) => Promise<unknown>;
  const called = await outcome(method(request));
  expect(await outcome(overHttp(other, operationId, request))).toEqual(called);
});

it('tries every operation', () => {
  const untried = Object.keys(operationTable).filter((name) => !requests.some(([operationId]) => operationId === name));
  // Two mocks do not answer them alike: they tell the time.
  expect(untried).toEqual(['getClock', 'takeSnapshot']);
});

it('names every field of the request that is wrong', async () => {
  const mock = createMock();
  const error = await mock.console.createApp({ userLimit: -1, environment: 'staging' as never }).catch((e) => e);
  expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
  expect(error.message).toContain('userLimit is below the minimum of 0');
  expect(error.message).toContain('environment must be one of');
});

describe('what a developer does with it', () => {
  it('a rotated secret signs, the old one does not, and every token is void', async () => {
    const mock = createMock();
    const token = await issue(mock);
    const { appSecret } = await mock.console.rotateSecret({ appKey });
    expect((await mock.fetch(makeIssueRequest())).status).toBe(401);
    expect((await mock.fetch(makeIssueRequest({ sign: { appSecret } }))).status).toBe(200);
    expect(await mock.console.checkToken({ appKey, token })).toMatchObject({ code: 31004 });
  });

  it('a restored snapshot brings users and tokens back', async () => {
    const mock = createMock();
    const token = await issue(mock);
    const { snapshotId } = await mock.console.takeSnapshot();
    await mock.console.resetState();
    expect(await mock.console.listUsers({ appKey })).toEqual({ users: [] });
    await overHttp(mock, 'restoreSnapshot', { snapshotId });
    expect(await mock.console.checkToken({ appKey, token })).toMatchObject({ code: 0, userId: 'jlk456j5' });
  });

  it('a reset forgets users, journal and faults of that app alone', async () => {
    const mock = createMock();
    await issue(mock);
    await mock.console.createApp({ appKey: 'second' });
    await mock.console.setFault({ appKey, sequence: [{ kind: 'hang' }] });
    await mock.console.setFault({ appKey: 'second', sequence: [{ kind: 'hang' }] });
    await mock.console.resetState({ appKey });
    expect(await mock.console.listJournal()).toEqual({ entries: [] });
    expect(await mock.console.listUsers({ appKey })).toEqual({ users: [] });
    expect((await mock.console.listFaults()).faults.map((fault) => fault.appKey)).toEqual(['second']);
  });

  it('a wait ends with the request that it waits for', async () => {
    const mock = createMock();
    const waiting = mock.console.waitForJournal({ appKey, userId: 'later' });
    await issue(mock, 'sooner');
    await issue(mock, 'later');
    expect((await waiting).entries).toMatchObject([{ userId: 'later', status: 200, code: 0 }]);
  });

  it('a wait takes every field that a list takes, and gives the same', async () => {
    const mock = createMock();
    for (const userId of ['u1', 'u2', 'u3']) await issue(mock, userId);
    const filters = [{ limit: 2 }, { afterId: 1, limit: 1 }, { status: 0, limit: 1 }];
    const both = { appKey, userId: 'u2', operationId: 'issueAccessToken', status: 200, code: 0, afterId: 0, limit: 5 };
    for (const filter of [...filters, both]) {
      const listed = await mock.console.listJournal(filter);
      expect(await mock.console.waitForJournal({ ...filter, timeoutMs: 0, allowFewer: true })).toEqual(listed);
    }
  });

  it('without an App Key a call is about the app that the mock was started with', async () => {
    const mock = createMock({ apps: [{ appKey: 'second' }] });
    const { console: mockConsole } = mock;
    const token = await issue(mock);
    await mockConsole.createApp();
    expect(await mockConsole.getApp()).toMatchObject({ appKey, userCount: 1 });
    expect((await mockConsole.listUsers()).users).toHaveLength(1);
    expect((await mockConsole.listTokens()).tokens).toHaveLength(1);
    expect((await mockConsole.checkToken({ token })).code).toBe(0);
    await mockConsole.setFault({ sequence: [{ kind: 'hang' }] });
    expect((await mockConsole.listFaults()).faults).toMatchObject([{ appKey }]);
    expect(await mockConsole.voidTokens()).toEqual({ voided: 1 });
    expect((await mockConsole.rotateSecret()).appKey).toBe(appKey);
    await mockConsole.resetState();
    expect(await mockConsole.updateApp({ suspended: true })).toMatchObject({ appKey, suspended: true });
  });

  it('a fault that was set meets the next request', async () => {
    const mock = createMock();
    await mock.console.setFault({ appKey, sequence: [{ kind: 'answer', code: 1008 }, 'success'] });
    const codes = [];
    for (let count = 0; count < 2; count += 1)
      codes.push((await readAnswer(await mock.fetch(makeIssueRequest()))).code);
    expect(codes).toEqual([1008, 0]);
  });

  it('only the seventeenth snapshot makes the first one go', async () => {
    const { console: mockConsole } = createMock();
    for (let count = 0; count < 17; count += 1) await mockConsole.takeSnapshot();
    await expect(mockConsole.restoreSnapshot({ snapshotId: 'snapshot-1' })).rejects.toMatchObject({
      code: 'SNAPSHOT_UNKNOWN',
    });
    await mockConsole.restoreSnapshot({ snapshotId: 'snapshot-2' });
  });
});

it('shows no secret and no token but where a secret is made', async () => {
  const mock = createMock({ appSecret: 'hidden-secret' });
  const response = await mock.fetch(makeIssueRequest({ sign: { appSecret: 'hidden-secret' } }));
  const { accessToken } = (await readAnswer(response)).result;
  const calls: [OperationId, unknown][] = [
    ...requests.filter(([name]) => !['createApp', 'rotateSecret', 'resetState', 'clearJournal'].includes(name)),
    ['takeSnapshot', {}],
    ['checkToken', { appKey, token: accessToken }],
  ];
  for (const [operationId, request] of calls) {
    const text = JSON.stringify(await outcome(overHttp(mock, operationId, request))) ?? '';
    expect(text, operationId).not.toContain('hidden-secret');
    expect(text, operationId).not.toContain(accessToken);
  }
});

describe('who may call', () => {
  const path = operationTable.listApps.path;
  const codeOf = async (mock: Mock, request: Request): Promise<unknown> => {
    const response = await mock.fetch(request);
    return [response.status, ((await response.json()) as { code?: string }).code];
  };

  it.each([
    ['localhost:4010', undefined],
    ['LOCALHOST', undefined],
    ['mock.localhost:4010', undefined],
    ['127.0.0.1:4010', undefined],
    ['[::1]:4010', undefined],
    ['evil.test', 'HOST_REFUSED'],
    ['localhost.evil.test:4010', 'HOST_REFUSED'],
    ['127.0.0.1.evil.test', 'HOST_REFUSED'],
    ['192.168.1.5:4010', 'HOST_REFUSED'],
    ['', 'HOST_REFUSED'],
  ])('the host %j gets %s', async (host, code) => {
    expect(await codeOf(createMock(), post(path, {}, { host }))).toEqual([code ? 403 : 200, code]);
  });

  it('the page itself is refused to a foreign host, and the health check is not', async () => {
    const mock = createMock();
    const headers = { host: 'evil.test' };
    expect((await mock.fetch(new Request(`${base}/_console`, { headers }))).status).toBe(403);
    expect((await mock.fetch(new Request(`${base}/_health`, { headers }))).status).toBe(200);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['the page of the console', { origin: 'http://127.0.0.1:4010', 'sec-fetch-site': 'same-origin' }, true],
    [
      'a page on another port of this machine',
      { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
      false,
    ],
    ['a page elsewhere', { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }, false],
    ['a page elsewhere, in a browser without Sec-Fetch-Site', { origin: 'https://evil.test' }, false],
    ['a page without an origin', { origin: 'null' }, false],
    ['a browser that sends only Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }, false],
  ])('%s may call: %s', async (_, headers, allowed) => {
    const request = post(path, {}, { host: '127.0.0.1:4010', ...headers });
    expect(await codeOf(createMock(), request)).toEqual(allowed ? [200, undefined] : [403, 'ORIGIN_REFUSED']);
  });

  it('no page is told that it may call by CORS', async () => {
    const headers = {
      host: '127.0.0.1:4010',
      origin: 'http://127.0.0.1:3000',
      'access-control-request-method': 'POST',
    };
    const response = await createMock().fetch(new Request(`${base}${path}`, { method: 'OPTIONS', headers }));
    expect(response.ok).toBe(false);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each([
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['https://docs.example.com', null],
  ])('a page of %s is told whether this is a mock where it may call it', async (origin, allowed) => {
    const mock = createMock();
    const response = await mock.fetch(new Request(`${base}/_health`, { headers: { origin } }));
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
    expect((await mock.console.listJournal()).entries).toEqual([]);
  });

  it('what is not sent as JSON, is no JSON, is too long or goes astray is refused', async () => {
    const mock = createMock();
    expect(await codeOf(mock, post(path, '{}', { 'content-type': 'text/plain' }))).toEqual([415, 'MEDIA_TYPE_REFUSED']);
    expect(await codeOf(mock, post(path, '{'))).toEqual([400, 'INVALID_REQUEST']);
    expect(await codeOf(mock, post(path, 'x'.repeat(100_001)))).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await codeOf(mock, post('/_console/api/nothing', {}))).toEqual([404, 'ENDPOINT_UNKNOWN']);
    expect(await codeOf(mock, new Request(`${base}${path}`))).toEqual([405, 'METHOD_REFUSED']);
    expect(await codeOf(mock, post('/_console', {}))).toEqual([405, 'METHOD_REFUSED']);
    expect(await codeOf(mock, new Request(`${base}/_console/index.html`))).toEqual([404, 'ENDPOINT_UNKNOWN']);
  });
});

it('answers on a port: health, page and operations', async () => {
  await using mock = await startMock({ port: 0 });
  const health = await fetch(`${mock.url}/_health`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok', mock: 'nexconn-kit' }]);
  const page = await fetch(`${mock.url}/_console`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain('<title>Mock console</title>');
  const response = await fetch(`${mock.url}${operationTable.listApps.path}`, { method: 'POST' });
  expect(await response.json()).toEqual(await mock.console.listApps());
});

it('stops at once while somebody waits for a request', async () => {
  const mock = await startMock({ port: 0 });
  const waiting = fetch(`${mock.url}${operationTable.waitForJournal.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"timeoutMs":60000}',
  });
  const ended = waiting.then(
    () => 'answered',
    () => 'cut',
  );
  await mock.console.waitForJournal({ timeoutMs: 20, allowFewer: true });
  await mock.close();
  expect(await ended).toBe('cut');
});
