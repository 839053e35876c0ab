import { describe, expect, it } from 'vitest';
import { ada, makeIssueRequest, readAnswer } from '../../test/support/make-issue-request.js';
import { createMock } from '../create-mock.js';
import type { MockOptions } from '../types.js';

/** A mock, and the two operations of the document that act on what was issued before. */
function start(options: MockOptions = {}) {
  const mock = createMock(options);
  const send = async (path: string, body: unknown) => readAnswer(await mock.fetch(makeIssueRequest({ path, body })));
  return {
    mock,
    issue: async (userId: string) =>
      (await readAnswer(await mock.fetch(makeIssueRequest({ body: { ...ada, userId } })))).result.accessToken,
    expire: (userIds: readonly string[], expiresAt: number) =>
      send('/v4/auth/access-token/expire', { userIds, expiresAt }),
    update: (body: object) => send('/v4/user/update', body),
    check: async (token: string) => (await mock.console.checkToken({ token })).code,
    users: async () => (await mock.console.listUsers({})).users,
  };
}

describe('making tokens void', () => {
  it('has those refused that were issued before the time, of the users that are named', async () => {
    let now = 1_700_000_000_000;
    const { issue, expire, check } = start({ now: () => now, clockToleranceMs: Number.MAX_SAFE_INTEGER });
    const [first, others] = [await issue('ada'), await issue('grace')];
    now += 1000;
    const second = await issue('ada');
    expect(await expire(['ada', 'nobody'], now)).toMatchObject({ status: 200, code: 0 });
    expect([await check(first), await check(second), await check(others)]).toEqual([31004, 0, 0]);
  });

  it('changes nothing where the request is refused, or another answer is preferred', async () => {
    const { mock, issue, expire, check } = start();
    const token = await issue('ada');
    expect(await expire([], Date.now() + 1)).toMatchObject({ status: 400, code: 1002 });
    expect(await expire(Array(21).fill('ada'), Date.now() + 1)).toMatchObject({ status: 400, code: 1005 });
    const body = { userIds: ['ada'], expiresAt: Date.now() + 1000 };
    const headers = { prefer: 'code=429' };
    await mock.fetch(makeIssueRequest({ path: '/v4/auth/access-token/expire', body, headers }));
    expect(await check(token)).toBe(0);
  });
});

describe('updating a user', () => {
  it('is seen in the console, and leaves what is not named and the token', async () => {
    const { issue, update, check, users } = start();
    const token = await issue('ada');
    expect(await update({ userId: 'ada', avatarUrl: 'https://e/1' })).toMatchObject({ status: 200, code: 0 });
    expect(await users()).toMatchObject([{ userId: 'ada', name: 'Ada', avatarUrl: 'https://e/1' }]);
    await update({ userId: 'ada', name: 'Ada Lovelace', avatarUrl: '' });
    expect(await users()).toMatchObject([{ name: 'Ada Lovelace', avatarUrl: 'https://e/1', tokenCount: 1 }]);
    expect(await check(token)).toBe(0);
  });

  it('is refused for a user without a token, with the error that the document names', async () => {
    const { update, users } = start();
    expect(await update({ userId: 'ada', name: 'Ada' })).toMatchObject({
      status: 400,
      code: 400,
      errorMessage: 'There is no user ada to change: none was registered, and no token was issued for it.',
    });
    expect(await users()).toEqual([]);
  });
});
