import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RateStore } from '@nexconn-kit/client';
import { expect, it } from 'vitest';

/** What the suite needs of an engine. */
export interface RateStoreEngine {
  /** Gives a store over a connection of its own, as another process would have. */
  readonly open: () => Promise<RateStore>;
  /** Moves all times of a key that far into the future, as a clock does that is set back. */
  readonly setAhead: (key: string, ms: number) => Promise<void>;
}

/** What every rate store must do; each calls it with an engine that is real. */
export function rateStoreSuite(engine: () => RateStoreEngine): void {
  const newKey = (): string => `nexconn:rate:${randomUUID()}:issueAccessToken`;
  const distances = (times: readonly number[]): number[] =>
    times.slice(1).map((time, index) => Math.round((time - (times[index] as number)) * 100) / 100);

  it('the first slot of a key is there at once', async () => {
    const store = await engine().open();
    const { id, dueMs, evenMs, nowMs } = await store.reserve(newKey(), 50);
    expect({ id, dueMs, evenMs }).toEqual({ id: 1, dueMs: nowMs, evenMs: nowMs });
  });

  it('slots that are asked for at once are evenly spaced', async () => {
    const store = await engine().open();
    const key = newKey();
    const slots = await Promise.all(Array.from({ length: 10 }, () => store.reserve(key, 500)));
    slots.sort((a, b) => a.id - b.id);
    expect(slots.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(distances(slots.map(({ dueMs }) => dueMs))).toEqual(Array(9).fill(500));
  });

  it('a pause leaves no slots behind', async () => {
    const store = await engine().open();
    const key = newKey();
    await store.reserve(key, 10);
    await sleep(100);
    const slots = [await store.reserve(key, 10), await store.reserve(key, 10_000)];
    expect(slots[0]?.dueMs).toBe(slots[0]?.nowMs);
    expect(distances(slots.map(({ dueMs }) => dueMs))).toEqual([10_000]);
  });

  it('those who have reserved within a second are counted, each once', async () => {
    const [store, other] = [await engine().open(), await engine().open()];
    const key = newKey();
    await store.reserve(key, 1, [], 'a');
    await other.reserve(key, 1, [], 'b');
    await store.reserve(newKey(), 1, [], 'c');
    expect((await store.reserve(key, 1, [], 'a')).sharers).toBe(2);
    await sleep(1_100);
    expect((await store.reserve(key, 1, [{ id: 9, dueMs: 0 }], 'a')).sharers).toBe(1);
  });

  it('keys do not wait for each other', async () => {
    const store = await engine().open();
    await store.reserve(newKey(), 10_000);
    const { dueMs, nowMs } = await store.reserve(newKey(), 10_000);
    expect(dueMs).toBe(nowMs);
  });

  it('a slot that is delayed comes later, and those after it do not', async () => {
    const store = await engine().open();
    const key = newKey();
    const first = await store.reserve(key, 1_000);
    const second = await store.reserve(key, 1_000, [{ id: 3, dueMs: first.dueMs + 9_000 }]);
    const [third, fourth] = [await store.reserve(key, 1_000), await store.reserve(key, 1_000)];
    expect(distances([first, second, third, fourth].map(({ evenMs }) => evenMs))).toEqual([1_000, 1_000, 1_000]);
    expect(distances([first, second, third, fourth].map(({ dueMs }) => dueMs))).toEqual([1_000, 8_000, -6_000]);
  });

  it('several slots can be delayed at once', async () => {
    const store = await engine().open();
    const key = newKey();
    const { dueMs } = await store.reserve(key, 1_000);
    const delays = [2, 3, 4].map((id) => ({ id, dueMs: dueMs + 10_000 * id }));
    const slots = [
      await store.reserve(key, 1_000, delays),
      await store.reserve(key, 1_000),
      await store.reserve(key, 1_000),
    ];
    expect(distances(slots.map((slot) => slot.dueMs))).toEqual([10_000, 10_000]);
  });

  it('a slot can be delayed as it is reserved', async () => {
    const store = await engine().open();
    const key = newKey();
    const first = await store.reserve(key, 1_000);
    const second = await store.reserve(key, 1_000, [{ id: 2, dueMs: first.dueMs + 9_000 }]);
    expect(distances([first.dueMs, second.dueMs])).toEqual([9_000]);
  });

  it('a delay to a time before its slot changes nothing', async () => {
    const store = await engine().open();
    const key = newKey();
    const first = await store.reserve(key, 1_000);
    const second = await store.reserve(key, 1_000, [{ id: 2, dueMs: first.dueMs }]);
    expect(distances([first.dueMs, second.dueMs])).toEqual([1_000]);
  });

  it('a delay of a slot that was given away changes nothing', async () => {
    const store = await engine().open();
    const key = newKey();
    const first = await store.reserve(key, 1_000);
    const second = await store.reserve(key, 1_000, [{ id: 1, dueMs: first.dueMs + 9_000 }]);
    const third = await store.reserve(key, 1_000);
    expect(distances([first.dueMs, second.dueMs, third.dueMs])).toEqual([1_000, 1_000]);
  });

  it('several processes never get the same slot', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => engine().open()));
    const key = newKey();
    const slots = await Promise.all(
      stores.flatMap((store) => Array.from({ length: 50 }, () => store.reserve(key, 100))),
    );
    slots.sort((a, b) => a.id - b.id);
    expect(slots.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(distances(slots.map(({ dueMs }) => dueMs))).toEqual(Array(199).fill(100));
  });

  it('a clock that is set back by an hour does not stop it', async () => {
    const store = await engine().open();
    const key = newKey();
    await store.reserve(key, 10);
    await engine().setAhead(key, 3_600_000);
    const { dueMs, nowMs } = await store.reserve(key, 10);
    expect(dueMs).toBe(nowMs);
  });

  it('slots of an hour each are kept apart as well', async () => {
    const store = await engine().open();
    const key = newKey();
    const slots = [await store.reserve(key, 3_600_000), await store.reserve(key, 3_600_000)];
    expect(distances(slots.map(({ dueMs }) => dueMs))).toEqual([3_600_000]);
  });
}
