import { expect, it } from 'vitest';
import { currentSecretRowName, defineForApp, onceDone, rowName, scopeOf } from './app-rows.js';
import { createMemoryStore } from './create-memory-store.js';

it('rows of the owner have the names that 0.1 gave them, those of others their App Key before them', () => {
  expect([scopeOf('one', 'one'), scopeOf('two', 'one')]).toEqual(['', 'two\u001f']);
  expect([rowName('', 'ada'), rowName('two\u001f', 'ada')]).toEqual(['ada', 'two\u001fada']);
  expect([currentSecretRowName(''), currentSecretRowName('two\u001f')]).toEqual(['switched_to', 'switched_to,two']);
});

it.each(['a\0', 'a\ud83d', '\ude00a', 'two\u001fada'])('%j names no row', (userId) => {
  expect(() => rowName('', userId)).toThrow(expect.objectContaining({ code: 'INVALID_USER' }));
});

it('the part of an app is made once, and a copy of the store has none', () => {
  const made: string[] = [];
  const { forApp: _, ...methods } = createMemoryStore();
  const store = defineForApp(methods, (appKey) => {
    made.push(appKey);
    return createMemoryStore();
  });
  expect(store.forApp('one')).toBe(store.forApp('one'));
  expect(store.forApp('two')).not.toBe(store.forApp('one'));
  expect(made).toEqual(['one', 'two']);
  expect('forApp' in { ...store }).toBe(false);
});

it('what is done once is done again after a failure alone', async () => {
  let [tries, failures] = [0, 1];
  const done = onceDone(async () => {
    tries += 1;
    if (tries <= failures) throw new Error('Lost.');
    return tries;
  });
  await expect(Promise.all([done(), done()])).rejects.toThrow('Lost.');
  expect(await Promise.all([done(), done()])).toEqual([2, 2]);
  failures = 9;
  expect(await done()).toBe(2);
});
