import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JournalEntry } from './journal.js';
import { createJournal } from './journal.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));
afterEach(() => {
  vi.useRealTimers();
});

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

it('forgets all where no app is named, those of apps too', () => {
  const journal = createJournal(2);
  fill(journal, [{ appKey: 'a' }, {}]);
  journal.clear();
  expect(journal.list()).toEqual([]);
  fill(journal, [{ appKey: 'a' }, {}]);
  expect(journal.list().map(({ id }) => id)).toEqual([3, 4]);
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

it('has its waits end when it is closed, those of before and after, and still lists what there is', async () => {
  const journal = createJournal();
  fill(journal, [{ userId: 'u' }]);
  const waits = [{ count: 2 }, { userId: 'v' }].map((filter) => journal.waitFor(filter, { timeoutMs: 60_000 }));
  const ended = Promise.allSettled(waits);
  journal.close();
  journal.close();
  const closed = { name: 'MockError', code: 'MOCK_CLOSED', message: expect.stringContaining('was closed before') };
  expect(await ended).toMatchObject([{ reason: closed }, { reason: closed }]);
  await expect(journal.waitFor({ count: 2 })).rejects.toMatchObject(closed);
  expect(await journal.waitFor({ userId: 'u' })).toEqual(journal.list());
});

it('puts one listener on a signal for any number of waits, and takes it off after the last', async () => {
  const [journal, { signal }] = [createJournal(), new AbortController()];
  const waits = Array.from({ length: 40 }, (_, index) => journal.waitFor({ count: index < 39 ? 1 : 2 }, { signal }));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  fill(journal, [{}]);
  await Promise.all(waits.slice(0, 39));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  fill(journal, [{}]);
  await waits[39];
  expect(getEventListeners(signal, 'abort')).toEqual([]);
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
  fill(journal, [{ path: '/'.repeat(20_000) }, { userId }]);
  expect(journal.list().map(({ id }) => id)).toEqual([26]);
});

/** Counts who listens. */
class CountedSignal extends EventTarget {
  listeners = 0;
  aborted = false;
  readonly reason = 'left';

  override addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1;
    super.addEventListener(...given);
  }

  override removeEventListener(...given: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1;
    super.removeEventListener(...given);
  }
}

describe('a wait that has ended', () => {
  it.each(['found', 'timed out', 'given up'])('leaves nothing behind when it has %s', async (end) => {
    vi.useFakeTimers();
    const journal = createJournal();
    const signal = new CountedSignal();
    const waiting = journal.waitFor({}, { signal: signal as unknown as AbortSignal }).catch((error: unknown) => error);
    expect([vi.getTimerCount(), signal.listeners]).toEqual([1, 1]);
    if (end === 'found') fill(journal, [{}]);
    else if (end === 'timed out') vi.advanceTimersByTime(5000);
    else signal.dispatchEvent(new Event('abort'));
    const result = await waiting;
    expect([vi.getTimerCount(), signal.listeners]).toEqual([0, 0]);
    fill(journal, [{}, {}]);
    if (end === 'found') expect(result).toMatchObject([{ id: 1 }]);
    else expect(result).toEqual(end === 'given up' ? 'left' : expect.objectContaining({ code: 'WAIT_TIMED_OUT' }));
  });

  it('lasts five seconds at most, unless it is told otherwise', async () => {
    vi.useFakeTimers();
    const journal = createJournal();
    let ended = 0;
    for (const options of [{}, { timeoutMs: 60_000 }]) {
      journal.waitFor({}, options).catch(() => {
        ended += 1;
      });
    }
    const endedAfter = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return ended;
    };
    expect([await endedAfter(4999), await endedAfter(1), await endedAfter(54_999), await endedAfter(1)]).toEqual([
      0, 1, 1, 2,
    ]);
  });
});

it('takes what is there already, even where the signal was given up before', async () => {
  const journal = createJournal();
  fill(journal, [{}]);
  expect(await journal.waitFor({}, { signal: AbortSignal.abort('gone') })).toHaveLength(1);
});

it('leaves out what a request does not have', async () => {
  const journal = createJournal();
  const waiting = journal.waitFor();
  const entry = { id: 1, at: 1, status: 200, durationMs: 0 };
  journal.add({ at: 1, status: 200, durationMs: 0, userId: undefined, code: undefined });
  for (const listed of [journal.list(), await waiting]) expect(listed).toStrictEqual([entry]);
});

it.each(['appKey', 'userId', 'operationId', 'status', 'code'] as const)('lists only entries of the %s', (field) => {
  const journal = createJournal();
  const [wanted, other] = field === 'status' || field === 'code' ? [401, 403] : ['a', 'b'];
  fill(journal, [{ [field]: wanted }, { [field]: other }, {}, { [field]: wanted }]);
  expect(journal.list({ [field]: wanted }).map(({ id }) => id)).toEqual([1, 4]);
});

describe('the bytes of all entries', () => {
  const bare = { at: 1, status: 200, durationMs: 0 };

  it.each(['method', 'path', 'reason', 'userId', 'requestId'])('count two for each character of the %s', (field) => {
    const journal = createJournal(10, 80);
    for (const length of [20, 20, 19, 1, 1]) journal.add({ ...bare, [field]: 'x'.repeat(length) });
    // 20 + 19 + 1 characters were kept; one more drops the 20.
    expect(journal.list().map(({ id }) => id)).toEqual([3, 4, 5]);
    const full = createJournal(10, 80);
    for (const length of [20, 20]) full.add({ ...bare, [field]: 'x'.repeat(length) });
    expect(full.list()).toHaveLength(2);
  });

  it('are 32 MiB where nothing else is said', () => {
    const journal = createJournal();
    const userId = 'u'.repeat(2 ** 20);
    for (let count = 0; count < 20; count += 1) journal.add({ ...bare, userId });
    expect(journal.list().map(({ id }) => id)).toEqual(Array.from({ length: 16 }, (_, index) => index + 5));
  });

  it('are free again once entries were removed', () => {
    const journal = createJournal(10, 80);
    for (let count = 0; count < 4; count += 1) journal.add({ ...bare, userId: 'x'.repeat(10) });
    journal.clear();
    for (let count = 0; count < 4; count += 1) journal.add({ ...bare, userId: 'x'.repeat(10) });
    expect(journal.list()).toHaveLength(4);
  });
});

it('refuses by its name what is no count or no time', async () => {
  const journal = createJournal(5);
  fill(journal, [{}, {}]);
  const whole = (option: string, shown: unknown, max: number) =>
    `The option ${option} is ${shown}. Pass whole entries from 1 to ${max}.`;
  for (const size of [0, 1.5]) {
    expect(() => createJournal(size)).toThrow(whole('journalSize', size, Number.MAX_SAFE_INTEGER));
    expect(() => journal.list({ limit: size })).toThrow(whole('limit', size, Number.MAX_SAFE_INTEGER));
  }
  for (const count of [0, 1.5, 6]) await expect(journal.waitFor({ count })).rejects.toThrow(whole('count', count, 5));
  for (const timeoutMs of [-1, 60_001]) {
    const message = `The option timeoutMs is ${timeoutMs}. Pass milliseconds from 0 to 60000.`;
    await expect(journal.waitFor({}, { timeoutMs })).rejects.toThrow(message);
  }
  expect([createJournal(1).list(), journal.list({ limit: 1 })]).toMatchObject([[], [{ id: 2 }]]);
});
