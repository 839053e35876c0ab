import { afterEach, beforeEach, it, vi } from 'vitest';
import { createPostgresStore } from '../postgres/index.js';
import { createRedisStore } from '../redis/index.js';
import type { TokenStore } from '../types.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Answers all but the first question, which hangs. */
function hangOnce<Answer>(answer: (question: string) => Answer) {
  let asked = 0;
  return (question: string): Promise<Answer> => {
    asked += 1;
    return asked === 1 ? new Promise(() => {}) : Promise.resolve(answer(question));
  };
}

const looked = [{ tokens: 'a', facts: 'b', claims: 'c', index: 'd' }];

function makePostgresStore(): TokenStore {
  const ask = hangOnce((sql) => ({
    rows: /to_regclass/.test(sql) ? looked : /app_key/.test(sql) ? [{ value: 'one' }] : [],
  }));
  return createPostgresStore({ query: ask } as never);
}

function makeRedisStore(): TokenStore {
  const ask = hangOnce(() => null);
  return createRedisStore(() => ask(''));
}

it.each([
  ['PostgreSQL', (): TokenStore => makePostgresStore()],
  ['PostgreSQL, of an app', (): TokenStore => makePostgresStore().forApp?.('one') as TokenStore],
  ['Redis', (): TokenStore => makeRedisStore()],
])('a first question that hangs is asked again ten seconds later: %s', async (_, makeStore) => {
  const store = makeStore();
  void store.remove('ada');
  await new Promise((resolve) => setImmediate(resolve));
  vi.advanceTimersByTime(10_000);
  await store.remove('ada');
});
