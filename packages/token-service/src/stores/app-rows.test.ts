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

/** What is done once, by works that are ended by hand. */
function makeOnceDone() {
  const time = { now: 5 };
  const works: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const work = () => new Promise<string>((resolve, reject) => works.push({ resolve, reject }));
  return { time, works, done: onceDone(work, () => time.now) };
}

it('what is not done within ten seconds is done again by the next one, and how the old one fails counts for nothing', async () => {
  const { time, works, done } = makeOnceDone();
  const first = done();
  time.now = 10_004;
  expect(done()).toBe(first);
  time.now = 10_005;
  const second = done();
  expect(works).toHaveLength(2);
  time.now = 12_000;
  works[0]?.reject(new Error('Lost.'));
  await expect(first).rejects.toThrow('Lost.');
  expect(done()).toBe(second);
  works[1]?.resolve('new');
  expect(await second).toBe('new');
  time.now = 99_000;
  expect(await done()).toBe('new');
  expect(works).toHaveLength(2);
});

it('an old one that is done at last is done', async () => {
  const { time, works, done } = makeOnceDone();
  const first = done();
  time.now = 10_005;
  void done();
  works[0]?.resolve('old');
  expect(await first).toBe('old');
  time.now = 99_000;
  expect(await done()).toBe('old');
  expect(works).toHaveLength(2);
});

it('what waits for another one of these gives it up with it', () => {
  let [now, asked] = [0, 0];
  const monotonicNow = (): number => {
    now += 1;
    return now;
  };
  const inner = onceDone(() => {
    asked += 1;
    return new Promise<void>(() => {});
  }, monotonicNow);
  const outer = onceDone(() => inner(), monotonicNow);
  void outer();
  // The first moment at which the outer one is given up.
  while (asked === 1 && now < 10_010) void outer();
  expect([asked, now < 10_010]).toEqual([2, true]);
});
