import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { makeIssueRequest, readAnswer } from '../test/support/make-issue-request.js';
import { createMock, MockError, type MockOptions } from './index.js';

it('has the published example credentials unless told otherwise', () => {
  const { appKey, appSecret } = createMock();
  expect([appKey, appSecret]).toEqual(['uwd1c0sxdlx2', 'Y1W2MeFwwwRxa0']);
  expect(createMock({ appSecret: 'mine' }).appSecret).toBe('mine');
});

it('does not show its secret when it is printed or turned into JSON', () => {
  const mock = createMock({ appSecret: 'kept-quiet' });
  expect(inspect(mock, { depth: 9 }) + JSON.stringify(mock)).not.toContain('kept-quiet');
});

it.each<[string, MockOptions]>([
  ['appKey', { appKey: '' }],
  ['appSecret', { appSecret: 5 as unknown as string }],
  ['userIdPattern', { userIdPattern: '^a$' as unknown as RegExp }],
  ['userIdPattern', { userIdPattern: /a/i }],
  ['userIdPattern', { userIdPattern: /[\w-.]/ }],
  ['apps', { apps: 'key2' as unknown as [] }],
  ['appSecret', { apps: [{ appSecret: '' }] }],
  ['appSecret', { appSecret: 'Y1W2MeFwwwRxa0\n' }],
  ['appSecret', { apps: [{ appSecret: '\uFEFFY1W2MeFwwwRxa0' }] }],
  ['appSecret', { apps: [{ appSecret: 'Y1W2MeFwwwRxa0\ufe0f' }] }],
  ['environment', { environment: 'staging' as 'production' }],
  ['userLimit', { userLimit: 1.5 }],
  ['tokenValiditySeconds', { tokenValiditySeconds: -1 }],
  ['rateLimit', { rateLimit: 0 }],
  ['nonceReplay', { nonceReplay: 'ignore' as 'allow' }],
  ['journalSize', { journalSize: 0 }],
  ['clockToleranceMs', { clockToleranceMs: -1 }],
  ['clockToleranceMs', { clockToleranceMs: Number.NaN }],
  ['allowedOrigins', { allowedOrigins: 'some' as 'any' }],
  ['allowedOrigins', { allowedOrigins: ['https://app.example.com/'] }],
  ['log', { log: true as unknown as () => void }],
  ['now', { now: 5 as unknown as () => number }],
  ['random', { random: 5 as unknown as () => Uint8Array }],
])('refuses a bad %s by name', (name, options) => {
  const thrown = failureOf(() => createMock(options));
  expect(thrown).toBeInstanceOf(MockError);
  expect(thrown).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining(`The option ${name} is`) });
});

it('refuses two apps with one App Key', () => {
  const thrown = failureOf(() => createMock({ appKey: 'key', apps: [{ appKey: 'key' }] }));
  expect(thrown).toMatchObject({ code: 'APP_EXISTS' });
});

it('keeps each mock apart from the others', async () => {
  const request = makeIssueRequest();
  const answers = [await createMock().fetch(request.clone()), await createMock().fetch(request)];
  expect(await Promise.all(answers.map(async (answer) => (await readAnswer(answer)).code))).toEqual([0, 0]);
});

it('refuses a request that was aborted, as fetch does', async () => {
  const request = new Request('http://mock.test/', { signal: AbortSignal.abort() });
  await expect(createMock().fetch(request)).rejects.toMatchObject({ name: 'AbortError' });
});

it('refuses the address of an adapter that has no host', async () => {
  const { signal } = new AbortController();
  const request = { method: 'POST', url: '/v4/users', headers: new Headers(), signal } as Request;
  const message = expect.stringMatching(/^The option request has an address without a host\./);
  await expect(createMock().fetch(request)).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
});

it('answers a request whose body was read before', async () => {
  const request = makeIssueRequest();
  await request.text();
  expect(await readAnswer(await createMock().fetch(request))).toMatchObject({ status: 400, code: 1003 });
});

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

it.each([Number.NaN, Infinity, '5', 5n, new Date(), undefined, null])(
  'a clock that returns %s is refused by its name, also where it does so later',
  async (time) => {
    const wrong = expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(/now is /) });
    expect(() => createMock({ now: () => time as never })).toThrow(wrong);
    const times = [Date.now()];
    const { fetch } = createMock({ now: () => times.shift() ?? (time as never) });
    await expect(fetch(makeIssueRequest())).rejects.toEqual(wrong);
  },
);
