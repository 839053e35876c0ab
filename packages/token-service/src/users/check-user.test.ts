import { createNexconnClient } from '@nexconn-kit/client';
import { describe, expect, it } from 'vitest';
import { ada, makeSetting } from '../../test/support/make-setting.js';
import { appRequest } from '../../test/support/start-backend.js';
import { createMemoryStore, createTokenHandler, createTokenService, type TokenStore } from '../index.js';

/** A store that says what it was asked. */
function makeWatchedStore(): { readonly store: TokenStore; readonly asked: string[] } {
  const asked: string[] = [];
  const below = createMemoryStore();
  const watched = Object.entries(below).map(([name, own]) => [
    name,
    (...args: unknown[]) => {
      asked.push(`${name} ${JSON.stringify(args)}`);
      return (own as (...given: unknown[]) => unknown)(...args);
    },
  ]);
  const store = Object.fromEntries(watched) as TokenStore;
  return { store, asked };
}

/** What no store may be asked about: some stores would cut, drop, replace or merge it. */
const wrongIds: readonly (readonly [problem: string, userId: unknown])[] = [
  ['empty', ''],
  ['a number', 7],
  ['a number that is not exact', 2 ** 53],
  ['minus zero', -0],
  ['a bigint', 7n],
  ['true', true],
  ['null', null],
  ['undefined', undefined],
  ['a list', ['alice']],
  ['an object with a text', { toString: () => 'alice' }],
  ['a String object', Object('alice')],
  ['NUL and more', 'alice\0eve'],
  ['NUL at the end', 'alice\0'],
  ['a line feed', 'alice\n'],
  ['an escape', 'alice\u001b[0m'],
  ['a control character of Latin 1', 'alice\u0085'],
  ['half a surrogate pair', 'alice\ud83d'],
  ['the other half', '\ude00alice'],
  ['a byte order mark', '\ufeffalice'],
  ['an override of direction', 'alice\u202eeve'],
  ['an invisible character', 'ali\u200bce'],
  ['a soft hyphen', 'ali\u00adce'],
  ['a line separator', 'alice\u2028'],
  ['a Hangul filler', 'ali\u3164ce'],
  ['a Hangul filler of an initial', 'alice\u115f'],
  ['a Hangul filler of a vowel', 'alice\u1160'],
  ['a Hangul filler of half width', 'alice\uffa0'],
  ['a variation selector', 'alice\ufe0f'],
  ['a variation selector of the supplement', 'alice\u{e0100}'],
  ['a Mongolian variation selector', 'alice\u180b'],
  ['a grapheme joiner', 'ali\u034fce'],
  ['a blank Braille pattern', 'alice\u2800'],
  ['65 bytes', 'a'.repeat(65)],
  ['65 bytes in 33 characters', `${'é'.repeat(32)}a`],
  ['a million characters', 'a'.repeat(1_000_000)],
];

describe.each([
  ['as documented', undefined],
  ['whatever the pattern', /.*/s],
])('a user ID %s that cannot be one', (_, userIdPattern) => {
  it.each(wrongIds)('%s is refused at each door, before the store or the API is asked', async (__, given) => {
    const { store, asked } = makeWatchedStore();
    const { instance, issued } = makeSetting(store);
    const tokens = instance({ clientSettings: { userIdPattern } });
    await tokens.get(ada);
    asked.length = 0;
    const userId = given as string;
    const doors = [
      () => tokens.get({ userId, name: 'Eve' }),
      () => tokens.replace({ userId, name: 'Eve', rejectedToken: 'x' }),
      () => tokens.forget(userId),
    ];
    for (const door of doors) {
      const error = await door().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      const message = expect.stringMatching(/^userId /);
      expect(error).toMatchObject({ name: 'TokenServiceError', code: 'INVALID_USER', message });
      expect(`${error}`).not.toContain('eve');
    }
    expect([asked, await issued()]).toEqual([[], 1]);
  });

  it('is a 500 of the handler, not a token', async () => {
    for (const [, userId] of wrongIds.filter(([, id]) => id !== undefined && id !== null)) {
      const { store, asked } = makeWatchedStore();
      const tokens = makeSetting(store).instance({ clientSettings: { userIdPattern } });
      const authenticate = () => ({ userId: userId as string, name: 'Eve' });
      const response = await createTokenHandler(tokens, { authenticate })(appRequest());
      expect([response.status, asked]).toEqual([500, []]);
    }
  });
});

it.each([
  ['userId', { userId: 7 }],
  ['name', { name: '' }],
  ['name', { name: undefined }],
  ['name', { name: 7 }],
  ['avatarUrl', { avatarUrl: 7 }],
  ['avatarUrl', { avatarUrl: null }],
])('a wrong %s is refused by its name: %o', async (field, wrong) => {
  const { store, asked } = makeWatchedStore();
  const message = expect.stringMatching(new RegExp(`^${field} `));
  const user = { ...ada, avatarUrl: 'a.png', ...wrong } as never;
  await expect(makeSetting(store).instance().get(user)).rejects.toMatchObject({ code: 'INVALID_USER', message });
  expect(asked).toEqual([]);
});

it.each([
  ['Ada \ud83d', 'Ada \ufffd'],
  ['Ada\nL', 'Ada L'],
  ['Ada \ud83d\ude00', 'Ada \u{1f600}'],
])('a name %j is told to the API as %j', async (name, told) => {
  const { instance, mock } = makeSetting();
  await instance().get({ ...ada, name });
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([{ name: told }]);
});

it.each(['a'.repeat(64), 'é'.repeat(32)])('a user ID of 64 bytes is one: %s', async (userId) => {
  const tokens = makeSetting().instance({ clientSettings: { userIdPattern: /.*/s } });
  await expect(tokens.forget(userId)).resolves.toBeUndefined();
});

it('no user at all is refused too', async () => {
  const tokens = makeSetting().instance();
  for (const user of [undefined, null, 'alice', 7]) {
    await expect(tokens.get(user as never)).rejects.toMatchObject({ code: 'INVALID_USER' });
    await expect(tokens.replace(user as never)).rejects.toMatchObject({ code: 'INVALID_USER' });
  }
});

it('what the pattern of the client refuses reaches no store either, at any door', async () => {
  const { store, asked } = makeWatchedStore();
  const tokens = makeSetting(store).instance();
  for (const userId of ['a b', 'alice/eve', 'user_1', '__proto__', 'é', 'e\u0301', 'a'.repeat(63) + '😀'.slice(0, 1)]) {
    await expect(tokens.get({ userId, name: 'Eve' })).rejects.toThrow();
    await expect(tokens.replace({ userId, name: 'Eve', rejectedToken: 'x' })).rejects.toThrow();
    await expect(tokens.forget(userId)).rejects.toThrow();
  }
  expect(asked).toEqual([]);
  const wide = makeSetting(store).instance({ clientSettings: { userIdPattern: /[\w/]+/ } });
  await wide.forget('alice/eve');
  expect(asked.some((each) => each.startsWith('remove'))).toBe(true);
});

it('a client without checkRequest, such as a double, is no way around what every ID must be', async () => {
  const { store, asked } = makeWatchedStore();
  const { issueAccessToken, appSecrets } = createNexconnClient({ appKey: 'k', appSecret: 's3', region: 'sg' });
  const tokens = createTokenService({ client: { issueAccessToken, appSecrets }, store });
  await expect(tokens.forget('alice\0eve')).rejects.toMatchObject({ code: 'INVALID_USER' });
  expect(asked).toEqual([]);
});

it('reissueAll asks the API for nobody whose stored ID cannot be one, and counts them as failed', async () => {
  const store = createMemoryStore();
  const { instance, issued, events, mock } = makeSetting(store);
  const row = { name: 'A', avatarUrl: '', accessToken: 'old', secretId: 'of another secret', issuedAt: 1 };
  for (const userId of ['alice\u200beve', 'bob2', 'x'.repeat(65)]) await store.write({ ...row, userId }, '');
  const tokens = instance({ clientSettings: { userIdPattern: /.*/s } });
  expect(await tokens.reissueAll()).toMatchObject({ total: 3, done: 1, failed: 2 });
  expect(await issued()).toBe(1);
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([{ userId: 'bob2' }]);
  const failed = { type: 'issue-failed', reason: 'secret', error: { code: 'INVALID_USER' } };
  expect(events.filter(({ type }) => type === 'issue-failed')).toMatchObject([
    { ...failed, userId: 'alice\u200beve' },
    { ...failed, userId: 'x'.repeat(65) },
  ]);
  expect(events.filter(({ type }) => type === 'issued')).toMatchObject([{ userId: 'bob2', reason: 'secret' }]);
});

it('a user is read once: what its object says later does not matter', async () => {
  const { instance, mock } = makeSetting();
  let reads = 0;
  class Account {
    readonly name = 'Ada';
    get userId(): string {
      reads += 1;
      return reads === 1 ? 'ada1' : 'root';
    }
  }
  const handler = createTokenHandler(instance(), { authenticate: () => new Account() });
  expect(await (await handler(appRequest())).json()).toMatchObject({ userId: 'ada1' });
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toMatchObject([
    { userId: 'ada1', name: 'Ada' },
  ]);
});
