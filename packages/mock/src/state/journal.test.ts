import { expect, it } from 'vitest';
import { createJournal } from './journal.js';
import type { JournalEntry } from './types.js';

type Draft = Omit<JournalEntry, 'id'>;

const draft: Draft = { at: 1, method: 'POST', path: '/x', status: 200, durationMs: 0 };

function fill(journal: ReturnType<typeof createJournal>, drafts: Partial<Draft>[]): void {
  for (const each of drafts) journal.add({ ...draft, ...each });
}

it('keeps the last entries, oldest first, and goes on counting', () => {
  const journal = createJournal(3);
  fill(journal, [{}, {}, {}, {}, {}]);
  expect(journal.list().map(({ id }) => id)).toEqual([3, 4, 5]);
  journal.clear();
  expect(journal.list()).toEqual([]);
  fill(journal, [{}]);
  expect(journal.list().map(({ id }) => id)).toEqual([6]);
});

it('filters by every field together, and takes the first after an id or else the last', () => {
  const journal = createJournal();
  fill(journal, [
    { appKey: 'a', status: 200 },
    { appKey: 'a', status: 401, code: 1004 },
    { appKey: 'b' },
    { userId: 'u' },
  ]);
  fill(journal, [{ operationId: 'o', appKey: 'a' }]);
  const ids = (filter: Parameters<typeof journal.list>[0]) => journal.list(filter).map(({ id }) => id);
  expect(ids({ appKey: 'a' })).toEqual([1, 2, 5]);
  expect(ids({ appKey: 'a', status: 401, code: 1004 })).toEqual([2]);
  expect([ids({ userId: 'u' }), ids({ operationId: 'o' }), ids({ appKey: 'b', code: 1 })]).toEqual([[4], [5], []]);
  expect(ids({ limit: 2 })).toEqual([4, 5]);
  expect(ids({ afterId: 1, limit: 2 })).toEqual([2, 3]);
});

it('forgets one app and leaves the others, full or not', () => {
  const journal = createJournal(4);
  fill(journal, [{}, { appKey: 'b' }, { appKey: 'a' }, { appKey: 'b' }, { appKey: 'a' }]);
  journal.clear('a');
  expect(journal.list().map(({ id }) => id)).toEqual([2, 4]);
  fill(journal, [{}, {}, {}]);
  expect(journal.list().map(({ id }) => id)).toEqual([4, 6, 7, 8]);
});

it('waits until enough entries match, of which some may be there', async () => {
  const journal = createJournal();
  fill(journal, [{ userId: 'u' }]);
  expect(await journal.waitFor({ userId: 'u' })).toHaveLength(1);
  const waiting = journal.waitFor({ userId: 'u', count: 2 });
  fill(journal, [{ userId: 'v' }, { userId: 'u' }, { userId: 'u' }]);
  expect((await waiting).map(({ id }) => id)).toEqual([1, 3]);
});

it('gives as many as a wait asks for, by the rule of a list', async () => {
  const journal = createJournal();
  fill(journal, [{ userId: 'u' }, {}, { userId: 'u' }, { userId: 'u' }]);
  for (const filter of [{ limit: 2 }, { afterId: 1, limit: 1 }, { userId: 'u', afterId: 0, limit: 2 }, {}]) {
    expect(await journal.waitFor({ ...filter, count: 2 })).toEqual(journal.list(filter));
  }
  const waiting = journal.waitFor({ limit: 1, count: 6 });
  fill(journal, [{}, {}]);
  expect((await waiting).map(({ id }) => id)).toEqual([6]);
});

it('waits no longer than it is told, and says how many had come', async () => {
  const journal = createJournal();
  fill(journal, [{ status: 500 }]);
  await expect(journal.waitFor({ status: 500, count: 2 }, { timeoutMs: 5 })).rejects.toMatchObject({
    code: 'WAIT_TIMED_OUT',
    message: expect.stringContaining('1 of 2'),
  });
});

it('refuses a wait without an end', async () => {
  const wait = createJournal().waitFor({}, { timeoutMs: Number.POSITIVE_INFINITY });
  await expect(wait).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});

it('is given up by a signal, before or during the wait', async () => {
  const journal = createJournal();
  const wait = journal.waitFor({}, { signal: AbortSignal.abort('gone') });
  await expect(wait).rejects.toBe('gone');
  const controller = new AbortController();
  const later = journal.waitFor({}, { signal: controller.signal });
  controller.abort('left');
  await expect(later).rejects.toBe('left');
});

it('keeps fewer entries where their texts are long, and counts on', () => {
  const journal = createJournal(1000, 10_000);
  const userId = 'u'.repeat(1000);
  fill(journal, [...Array(20)].fill({ userId }));
  expect(journal.list().map(({ id }) => id)).toEqual([17, 18, 19, 20]);
  fill(journal, [{ appKey: 'a' }]);
  expect(journal.list({ userId })).toHaveLength(4);
  journal.clear('a');
  fill(journal, [{ userId }, { userId }]);
  expect(journal.list().map(({ id }) => id)).toEqual([19, 20, 22, 23]);
  // One alone that is too long is kept, so that the last request can always be looked at.
  fill(journal, [{ path: '/'.repeat(20_000) }]);
  expect(journal.list().map(({ id }) => id)).toEqual([24]);
});
