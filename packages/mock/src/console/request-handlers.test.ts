import * as contract from '@nexconn-kit/contract';
import { errorCatalogue, operationTable } from '@nexconn-kit/contract';
import { signRequest } from '@nexconn-kit/signing';
import { transform } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appKey, makeIssueRequest, readAnswer } from '../../test/support/make-issue-request.js';
import { createMock, type Mock, startMock } from '../index.js';

const target = '/v4/auth/access-token/issue';
const json = { 'content-type': 'application/json' };

async function lastId(mock: Mock): Promise<number> {
  return (await mock.console.listJournal({ limit: 1 })).entries[0]?.id ?? 0;
}

async function lastDetails(mock: Mock) {
  return mock.console.getJournalEntry({ id: await lastId(mock) });
}

describe('getJournalEntry', () => {
  it('shows request and answer as they went, without signature, secret and token', async () => {
    const mock = createMock();
    const request = makeIssueRequest({ headers: { 'x-request-id': 'r1', authorization: 'Bearer b3arer' } });
    const signature = request.headers.get('signature') ?? '';
    const { result } = await readAnswer(await mock.fetch(request));
    const details = await lastDetails(mock);
    expect(details).toMatchObject({
      entry: { status: 200, code: 0 },
      request: { method: 'POST', target, bodyBytes: expect.any(Number) },
      answer: { status: 200 },
    });
    expect(details.request?.headers).toContainEqual({ name: 'app-key', value: appKey });
    expect(details.request?.headers).toContainEqual({ name: 'signature', value: '[signature masked]' });
    expect(details.answer?.headers).toContainEqual({ name: 'X-Request-ID', value: 'r1' });
    expect(JSON.parse(details.answer?.body ?? '')).toMatchObject({
      code: 0,
      result: { accessToken: '[token masked]' },
    });
    for (const hidden of [signature, mock.appSecret, result.accessToken, 'b3arer']) {
      expect(JSON.stringify(details)).not.toContain(hidden);
    }
  });

  it.each(['/v4/SECRET?token=TOKEN&SECRET=1', '/TOKEN/?q=SECRET'])('masks what a caller puts into %s', async (path) => {
    const mock = createMock();
    const { accessToken } = (await readAnswer(await mock.fetch(makeIssueRequest()))).result;
    const fill = (text: string) =>
      text.replaceAll('SECRET', mock.appSecret).replaceAll('TOKEN', encodeURIComponent(accessToken));
    const body = JSON.stringify({ note: accessToken, secret: mock.appSecret });
    const headers = { ...json, 'x-note': mock.appSecret, nonce: mock.appSecret };
    await mock.fetch(new Request(`http://mock.test${fill(path)}`, { method: 'POST', headers, body }));
    const id = await lastId(mock);
    const { console: calls } = mock;
    const shown = [await calls.getJournalEntry({ id }), await calls.exportJournal(), await calls.listJournal()];
    const texts = shown.map((value) => JSON.stringify(value));
    for (const text of texts) {
      expect(text).not.toContain(mock.appSecret);
      expect(text).not.toContain(accessToken);
      expect(text).not.toContain(encodeURIComponent(accessToken));
    }
  });

  it('has the entry alone of what is not kept whole', async () => {
    const mock = createMock({ keptExchanges: 1 });
    await mock.fetch(makeIssueRequest());
    await mock.fetch(makeIssueRequest());
    expect(Object.keys(await mock.console.getJournalEntry({ id: 1 }))).toEqual(['entry']);
    expect(Object.keys(await mock.console.getJournalEntry({ id: 2 }))).toContain('answer');
    await expect(mock.console.replayRequest({ id: 1 })).rejects.toMatchObject({ code: 'ENTRY_UNKNOWN' });
    await expect(mock.console.getJournalEntry({ id: 3 })).rejects.toMatchObject({ code: 'ENTRY_UNKNOWN' });
  });

  it('forgets what was cleared', async () => {
    const mock = createMock();
    await mock.fetch(makeIssueRequest());
    await mock.console.clearJournal();
    await expect(mock.console.getJournalEntry({ id: 1 })).rejects.toMatchObject({ code: 'ENTRY_UNKNOWN' });
    expect((await mock.console.exportJournal()).log.entries).toEqual([]);
  });
});

it('lets no App Secret out, wherever a caller puts it', async () => {
  const mock = createMock({ rateLimit: false });
  const places = fc.constantFrom(
    'path',
    'query name',
    'query',
    'header',
    'body',
    'field',
    'nonce',
    'signature',
    'app-key',
  );
  const around = fc.string({ unit: fc.constantFrom(...'aZ0 "\\/=&?%{}[]:,;.-_\n'), maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(places, { minLength: 1, maxLength: 4 }),
      around,
      around,
      async (chosen, before, after) => {
        const text = `${before}${mock.appSecret}${after}`;
        const at = (place: (typeof chosen)[number], otherwise: string) => (chosen.includes(place) ? text : otherwise);
        const inHeader = (value: string) => value.replace(/\n/g, ' ');
        const query = new URLSearchParams({ [at('query name', 'a')]: at('query', 'b') });
        const path = chosen.includes('path') ? `/${encodeURIComponent(text)}` : '/v4/auth/access-token/issue';
        await mock.fetch(
          new Request(`http://mock.test${path}?${query}`, {
            method: 'POST',
            headers: {
              ...json,
              ...signRequest(mock),
              'x-note': inHeader(at('header', '')),
              ...(chosen.includes('nonce') && { nonce: inHeader(text) }),
              ...(chosen.includes('signature') && { signature: inHeader(text) }),
              ...(chosen.includes('app-key') && { 'app-key': inHeader(text) }),
            },
            body: chosen.includes('body')
              ? text
              : JSON.stringify({ userId: 'u1', name: 'Ada', [at('field', 'more')]: 1 }),
          }),
        );
        const details = await lastDetails(mock);
        const shown = [
          details,
          (await mock.console.exportJournal()).log.entries.at(-1),
          await mock.console.listJournal({ limit: 1 }),
        ];
        expect(JSON.stringify(shown)).not.toContain(mock.appSecret);
      },
    ),
    { numRuns: 200 },
  );
});

/** Runs the text of a test for Vitest here: its imports are passed to it. */
async function runTest(code: string): Promise<string> {
  const { code: script } = await transform(code.replace(/^import .*$/gm, ''), { loader: 'ts', target: 'node20' });
  let title = '';
  let running: Promise<void> | undefined;
  const test = (name: string, run: () => Promise<void>): void => {
    title = name;
    running = run();
  };
  new Function('startMock', 'signRequest', 'expect', 'test', script)(startMock, signRequest, expect, test);
  await running;
  return title;
}

describe('the test that is written of a request', () => {
  const makers: [claim: string, make: (mock: Mock) => Request | Promise<Request>, title: string][] = [
    ['a good one', () => makeIssueRequest({ body: { userId: 'o1', name: 'O\'Neill "q" `x`' } }), 'answers 200'],
    ['a wrong field', () => makeIssueRequest({ body: { userId: '', name: 'Ada' } }), 'answers 400, code 1002'],
    ['a wrong signature', () => makeIssueRequest({ headers: { signature: '0'.repeat(40) } }), 'answers 401, code 1004'],
    [
      'no signature',
      () => new Request(`http://mock.test${target}`, { method: 'POST', headers: json, body: '{}' }),
      'code 1004',
    ],
    [
      'half a signature',
      () =>
        new Request(`http://mock.test${target}`, {
          method: 'POST',
          headers: { ...json, 'app-key': appKey },
          body: '{}',
        }),
      'code 1004',
    ],
    ['a clock that is off', () => makeIssueRequest({ sign: { now: () => 1_408_710_653_491 } }), 'code 1004'],
    ['a clock that is ahead', () => makeIssueRequest({ sign: { now: () => 2_408_710_653_491 } }), 'code 1004'],
    ['an unknown App Key', () => makeIssueRequest({ sign: { appKey: 'nobody' } }), 'answers 400, code 1002'],
    ['an unknown path', () => new Request('http://mock.test/v4/no%20where?a=`b`&c=$d'), 'answers 404, code 404'],
    ['a fault', () => makeIssueRequest({ headers: { 'x-mock-fault': 'html=503' } }), 'answers 503'],
    [
      'a suspended app',
      async (mock) => {
        await mock.console.updateApp({ suspended: true });
        return makeIssueRequest();
      },
      'answers 401, code 1006',
    ],
    ['a reset', () => makeIssueRequest({ body: { userId: 'mockFaultReset', name: 'Ada' } }), 'gets no answer'],
  ];

  it.each(makers)('passes against another mock: %s', async (_, make, title) => {
    const mock = createMock();
    await mock.fetch(await make(mock)).catch(() => undefined);
    expect(await runTest((await lastDetails(mock)).test ?? '')).toContain(title);
  });
});

it.each(['mockFaultHang', 'mockFaultTruncate', 'mockFaultNotJson'])(
  'writes a test of %s that passes',
  async (userId) => {
    const mock = createMock();
    const request = makeIssueRequest({ body: { userId, name: 'Ada' } });
    const signal = AbortSignal.timeout(50);
    await mock.fetch(new Request(request, { signal })).catch(() => undefined);
    await runTest((await lastDetails(mock)).test ?? '');
  },
);

it('writes a test of a mock that was started alike', async () => {
  const mock = createMock({ userIdPattern: /[\w-]+/ });
  await mock.fetch(makeIssueRequest({ body: { userId: 'demo-user', name: 'Ada' } }));
  const { test } = await lastDetails(mock);
  expect(await runTest(test ?? '')).toContain('answers 200');
  const ofProfile = createMock({
    rules: { upperCaseSignature: 'allow', errorStatuses: { '1005': 418 }, nameLengthUnit: 'bytes' },
    clockToleranceMs: Number.POSITIVE_INFINITY,
    nonceReplay: 'allow',
  });
  await ofProfile.fetch(makeIssueRequest({ body: { userId: 'ada', name: '🙂'.repeat(17) } }));
  const refused = await lastDetails(ofProfile);
  expect(refused.test).toContain('clockToleranceMs: Infinity');
  expect(await runTest(refused.test ?? '')).toContain('answers 418, code 1005');
  const second = createMock({
    apps: [
      { appKey: 'second-app', appSecret: 'its-own-secret', environment: 'development', userLimit: 0, rateLimit: 7 },
    ],
  });
  await second.fetch(makeIssueRequest({ sign: { appKey: 'second-app', appSecret: 'its-own-secret' } }));
  const ofSecond = await lastDetails(second);
  expect(ofSecond.test).toContain("environment: 'development', userLimit: 0, rateLimit: 7");
  expect(ofSecond.test).not.toContain('its-own-secret');
  expect(await runTest(ofSecond.test ?? '')).toContain('code 2007');
  const own = createMock({
    document: {
      ...contract,
      errors: contract.errorCatalogue,
      operations: contract.operationTable,
      validators: contract.requestValidators,
    },
  });
  await own.fetch(makeIssueRequest());
  expect((await lastDetails(own)).test).toContain("await loadDocument('openapi.yaml')");
});

describe('sendRequest', () => {
  it('signs with the App Secret of the app, which stays inside', async () => {
    const mock = createMock({ apps: [{ appKey: 'second', appSecret: 'second-secret' }] });
    const body = JSON.stringify({ userId: 'u1', name: 'Ada' });
    const headers = [{ name: 'Content-Type', value: 'application/json' }];
    const sent = await mock.console.sendRequest({ appKey: 'second', method: 'POST', target, headers, body });
    expect(sent).toMatchObject({ id: 1, answer: { status: 200 } });
    expect(JSON.stringify(sent)).not.toContain('second-secret');
    expect(JSON.parse(sent.answer.body).result.accessToken).toBe('[token masked]');
    expect((await mock.console.listUsers({ appKey: 'second' })).users).toHaveLength(1);
    expect((await mock.console.listJournal()).entries).toMatchObject([{ id: 1, appKey: 'second', userId: 'u1' }]);
  });

  it('sends without a signature where it is told so, and says what a fault does', async () => {
    const mock = createMock();
    const unsigned = await mock.console.sendRequest({ method: 'POST', target, signed: false });
    expect(unsigned.answer.status).toBe(401);
    const headers = [...Object.entries(json), ['x-mock-fault', 'hang']].map(([name = '', value = '']) => ({
      name,
      value,
    }));
    const body = JSON.stringify({ userId: 'u1', name: 'Ada' });
    const hung = await mock.console.sendRequest({ method: 'POST', target, headers, body });
    expect(hung.answer).toMatchObject({ status: 0, cut: 'hang' });
  });

  it('signs by the clock of the options', async () => {
    const mock = createMock({ now: () => 1_408_710_653_491.5 });
    expect((await mock.console.sendRequest({ method: 'POST', target })).answer.status).toBe(400);
  });
});

describe('replayRequest', () => {
  it('sends the same again, signed anew', async () => {
    const mock = createMock();
    await mock.fetch(makeIssueRequest({ body: { userId: 'u1', name: 'Ada' } }));
    const { id, answer } = await mock.console.replayRequest({ id: 1 });
    expect([id, answer.status]).toEqual([2, 200]);
    expect((await mock.console.listUsers()).users).toMatchObject([{ userId: 'u1', tokenCount: 2 }]);
  });

  it('is refused again where there was no signature, and accepted where it was wrong', async () => {
    const mock = createMock();
    await mock.fetch(new Request(`http://mock.test${target}`, { method: 'POST', headers: json, body: '{}' }));
    await mock.fetch(makeIssueRequest({ headers: { signature: '0'.repeat(40) } }));
    expect((await mock.console.replayRequest({ id: 1 })).answer.status).toBe(401);
    expect((await mock.console.replayRequest({ id: 2 })).answer.status).toBe(200);
  });
});

describe('getCoverage', () => {
  it('counts operations, statuses and codes that were met, and what was elsewhere', async () => {
    const mock = createMock();
    const operationsOfDocument = Object.values(operationTable);
    const statusCount = operationsOfDocument.reduce((sum, { statuses }) => sum + statuses.length, 0);
    const documented = operationsOfDocument.length + statusCount + Object.keys(errorCatalogue).length;
    const before = await mock.console.getCoverage();
    expect([before.met, before.percent, before.total]).toEqual([0, 0, documented]);
    await mock.fetch(makeIssueRequest());
    await mock.fetch(makeIssueRequest({ headers: { signature: '0'.repeat(40) } }));
    await mock.fetch(makeIssueRequest({ headers: { 'x-mock-fault': 'html=502' } }));
    await mock.fetch(new Request('http://mock.test/nowhere'));
    const { operations, codes, elsewhere, met, percent } = await mock.console.getCoverage();
    expect(operations.filter(({ count }) => count > 0)).toMatchObject([{ operationId: 'issueAccessToken', count: 3 }]);
    const issuing = operations.find(({ operationId }) => operationId === 'issueAccessToken');
    expect(issuing?.statuses.filter(({ count }) => count > 0)).toEqual([
      { status: 200, documented: 'named', count: 1 },
      { status: 401, documented: 'named', count: 1 },
      { status: 502, documented: 'range', count: 1 },
    ]);
    expect(codes.filter(({ count }) => count > 0).map(({ code }) => code)).toEqual([404, 1004]);
    expect([elsewhere, met, percent]).toEqual([1, 5, Math.floor(5000 / documented) / 10]);
  });

  it('outlives a reset, and begins anew when it is cleared', async () => {
    const mock = createMock();
    await mock.fetch(makeIssueRequest());
    await mock.console.resetState();
    expect((await mock.console.getCoverage()).met).toBe(2);
    await mock.console.clearCoverage();
    expect((await mock.console.getCoverage()).met).toBe(0);
  });
});

it('describes the operations of the document with the fields that a form needs', async () => {
  const { operations, errors, title } = await createMock().console.describeDocument();
  expect(title).toBe('Nexconn Server API');
  expect(operations.map(({ operationId }) => operationId)).toEqual(Object.keys(operationTable));
  const issuing = operations.find(({ operationId }) => operationId === 'issueAccessToken');
  expect(issuing).toMatchObject({
    signed: true,
    contentType: 'application/json',
  });
  expect(issuing?.fields.map(({ name, in: place, type, required }) => [name, place, type, required])).toEqual([
    ['X-Request-ID', 'header', 'string', false],
    ['userId', 'body', 'string', true],
    ['name', 'body', 'string', true],
    ['avatarUrl', 'body', 'string', false],
  ]);
  expect(issuing?.fields[1]?.example).toBe('jlk456j5');
  expect(errors.find(({ code }) => code === 1008)).toMatchObject({ name: 'RateLimitExceeded', httpStatus: 429 });
});

it('lists users newest first and finds them by ID or name, page by page', async () => {
  const mock = createMock({ rateLimit: false });
  for (const [at, name] of ['Ada', 'Grace', 'Linus', 'adamant'].entries()) {
    await mock.fetch(makeIssueRequest({ body: { userId: `u${at}`, name } }));
  }
  const idsOf = async (request: object) => {
    const page = await mock.console.listUsers(request);
    return [page.users.map(({ userId }) => userId).join(' '), page.next];
  };
  expect(await idsOf({ newestFirst: true, limit: 3 })).toEqual(['u3 u2 u1', 'u1']);
  expect(await idsOf({ newestFirst: true, after: 'u1' })).toEqual(['u0', undefined]);
  expect(await idsOf({ search: 'ADA' })).toEqual(['u0 u3', undefined]);
  expect(await idsOf({ search: 'ada', limit: 1, newestFirst: true })).toEqual(['u3', 'u3']);
  expect(await idsOf({ search: 'ada', limit: 1, newestFirst: true, after: 'u3' })).toEqual(['u0', undefined]);
  expect(await idsOf({ search: 'U2' })).toEqual(['u2', undefined]);
  const tokens = await mock.console.listTokens({ newestFirst: true });
  expect(tokens.tokens.map(({ userId }) => userId)).toEqual(['u3', 'u2', 'u1', 'u0']);
});

it('reads the clock', async () => {
  const mock = createMock({ now: () => 1000 });
  await mock.console.moveClock({ byMs: 500 });
  expect(await mock.console.getClock()).toEqual({ now: 1500, offsetMs: 500 });
});
