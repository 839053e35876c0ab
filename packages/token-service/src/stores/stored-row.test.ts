import { expect, it } from 'vitest';
import { ada } from '../../test/support/make-setting.js';
import { createD1Store } from '../d1/index.js';
import { createTokenService, type TokenServiceOptions } from '../index.js';
import { createPostgresStore } from '../postgres/index.js';
import { createRedisStore } from '../redis/index.js';
import type { TokenStore } from '../types.js';
import { listUsers, toOwner, toSecret, toToken } from './stored-row.js';

const appKey = 'uwd1c0sxdlx2';
const row = {
  user_id: ada.userId,
  name: ada.name,
  avatar_url: '',
  access_token: 'stored@sg',
  secret_id: 'a',
  issued_at: '1700000000000',
  current_secret: 'a',
  schema_version: '1 1',
};

/** A pool whose database answers with this row. */
function postgresWith(found: object): TokenStore {
  const query = async (sql: string, [asked]: readonly unknown[]) => {
    if (/to_regclass/.test(sql)) return { rows: [{ tokens: 'a', facts: 'b', claims: 'c', index: 'd' }] };
    if (/json_array/.test(sql))
      return { rows: JSON.parse(`${asked}`).map((name: string) => ({ asked: name, ...found })) };
    if (/LATERAL/.test(sql)) return { rows: [found] };
    return { rows: /app_key/.test(sql) ? [{ value: appKey }] : /RETURNING 1/.test(sql) ? [{}] : [] };
  };
  return createPostgresStore({ query } as never);
}

/** A binding whose database answers with this row. */
function d1With(found: object): TokenStore {
  const prepare = (sql: string) => ({
    bind: (value: unknown) => ({
      async all() {
        if (/sqlite_master/.test(sql)) return { results: [1, 2, 3, 4].map(() => ({ name: 'nexconn_facts' })) };
        if (/LEFT JOIN|CROSS JOIN/.test(sql)) return { results: [found] };
        if (/RETURNING 1/.test(sql)) return { results: [{}] };
        return { results: value === 'app_key' ? [{ value: appKey }] : [] };
      },
    }),
    all: async () => ({ results: [{ value: '1 1' }] }),
  });
  const batch = (calls: readonly { all: () => unknown }[]) => Promise.all(calls.map((call) => call.all()));
  return createD1Store({ prepare, batch } as never);
}

function makeTokens(store: TokenStore) {
  const client = {
    appKey,
    appSecrets: { ids: async () => ({ inForce: 'a', all: ['a'] }) },
    async issueAccessToken({ userId }: { userId: string }, { onAccepted }: { onAccepted: (by: object) => void }) {
      onAccepted({ secretId: 'a' });
      return { userId, accessToken: 'new@sg' };
    },
  };
  return createTokenService({ client: client as unknown as TokenServiceOptions['client'], store });
}

const wrongColumns = [
  ['access_token', null],
  ['access_token', { a: 1 }],
  ['access_token', undefined],
  ['secret_id', null],
  ['issued_at', null],
  ['issued_at', ''],
  ['issued_at', true],
  ['issued_at', Number.NaN],
  ['user_id', 5],
  ['name', null],
  ['avatar_url', {}],
  ['current_secret', {}],
] as const;

it.each([
  ['PostgreSQL', postgresWith],
  ['D1', d1With],
])('a row of %s is served as it is', async (_, storeWith) => {
  expect(await makeTokens(storeWith(row)).get(ada)).toMatchObject({ accessToken: 'stored@sg' });
});

it.each(wrongColumns)('a row whose %s is %j is no token: another is issued', async (column, value) => {
  for (const storeWith of [postgresWith, d1With]) {
    const store = storeWith({ ...row, [column]: value });
    expect(await makeTokens(store).get(ada)).toMatchObject({ accessToken: 'new@sg' });
  }
});

it('a user whose name is no text is not listed', async () => {
  for (const storeWith of [postgresWith, d1With]) {
    expect(await storeWith(row).listOutdated('b', undefined, 5)).toEqual([{ ...ada, avatarUrl: '' }]);
    expect(await storeWith({ ...row, name: null }).listOutdated('b', undefined, 5)).toEqual([]);
  }
});

it('a row of Redis with columns of other types is no token', async () => {
  const token = { userId: 'ada', name: 'Ada', avatarUrl: '', accessToken: 'x', secretId: 'a', issuedAt: 1 };
  const storeWith = (found: object) =>
    createRedisStore(async (command) => (command.includes('ada') ? ['a', '1 1', JSON.stringify(found)] : null));
  expect(await storeWith(token).read('ada')).toEqual({ token, currentSecret: 'a' });
  for (const wrong of [{ accessToken: null }, { name: 5 }, { issuedAt: '1' }, { secretId: {} }]) {
    expect(await storeWith({ ...token, ...wrong }).read('ada')).toEqual({ token: undefined, currentSecret: 'a' });
  }
});

it('a time is a number, or whole as a text or a BigInt', () => {
  const timeOf = (issuedAt: unknown) => toToken({ ...row, issued_at: issuedAt }, '')?.issuedAt;
  expect([1.5, '12', '-3', 4n].map(timeOf)).toEqual([1.5, 12, -3, 4]);
  for (const wrong of ['1.5', '1e3', ' 1', 'x', '9'.repeat(400), 10n ** 400n, Infinity])
    expect(timeOf(wrong)).toBeUndefined();
});

it('a row of another scope is none of this one', () => {
  const scoped = { ...row, user_id: 'two\u001fada', secret_id: 'two\u001fa' };
  expect(toToken(scoped, 'two\u001f')).toMatchObject({ userId: 'ada', secretId: 'a' });
  expect(toToken({ ...scoped, secret_id: 'a' }, 'two\u001f')).toBeUndefined();
  expect(toToken({ ...scoped, user_id: 'ada' }, 'two\u001f')).toBeUndefined();
});

it('a current App Secret that is no text is lost, one that is not there is none', () => {
  expect(['a', null, undefined, 5, {}].map(toSecret)).toEqual(['a', undefined, undefined, '', '']);
});

it('who owns the rows is a text, or the store has failed', () => {
  expect(toOwner({ value: 'one' })).toBe('one');
  for (const none of [undefined, {}, { value: null }, { value: 5 }]) {
    expect(() => toOwner(none)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
  }
});

it('rows that are no users are gone by, until the rows are at their end', async () => {
  const rows = ['a', 'b', 'c', 'd'].map((id) => ({ user_id: `s${id}`, name: id === 'd' ? 'D' : null, avatar_url: '' }));
  const readRows = async (after: string) => rows.filter((each) => each.user_id > after).slice(0, 2);
  expect(await listUsers('s', undefined, readRows)).toEqual([{ userId: 'd', name: 'D', avatarUrl: '' }]);
  expect(await listUsers('s', 'd', readRows)).toEqual([]);
  // One that goes in a circle ends as well.
  expect(await listUsers('s', 'c', async () => rows.slice(0, 1))).toEqual([]);
  expect(await listUsers('s', 'c', async () => [{ user_id: null }])).toEqual([]);
});
