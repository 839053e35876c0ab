import { randomUUID } from 'node:crypto';
import type { RateStore } from '@nexconn-kit/client';
import { expect, it } from 'vitest';

/** What the suite needs of an engine. */
export interface RateStoreEngine {
  /** Returns a store over a connection of its own, as another process would have. */
  readonly open: () => Promise<RateStore>;
  /** Moves all times of a key that far into the future, as a clock does that is set back. */
  readonly setAhead: (key: string, ms: number) => Promise<void>;
}

const hourMs = 3_600_000;

/** What every rate store must do; each calls it with an engine that is real. */
export function rateStoreSuite(engine: () => RateStoreEngine): void {
  const newKey = (): string => `nexconn:rate:${randomUUID()}:issueAccessToken`;
  const add = (reservedMs: number, penaltyMs = 0) => ({ reservedMs, penaltyMs });

  it('a key that is not known has nothing reserved', async () => {
    const store = await engine().open();
    expect(await store.reserve(newKey(), add(0))).toEqual({ reservedMs: 0, penaltyMs: 0 });
  });

  it('what is reserved and the penalty are kept apart', async () => {
    const store = await engine().open();
    expect(await store.reserve(newKey(), add(50, 3_000))).toEqual({ reservedMs: 50, penaltyMs: 3_000 });
    expect(await store.reserve(newKey(), add(0, 1.5))).toEqual({ reservedMs: 0, penaltyMs: 1.5 });
  });

  it('what is reserved comes after what others have reserved', async () => {
    const [store, other] = [await engine().open(), await engine().open()];
    const key = newKey();
    await store.reserve(key, add(hourMs, 2 * hourMs));
    const { reservedMs, penaltyMs } = await other.reserve(key, add(hourMs, hourMs));
    expect(reservedMs / hourMs).toBeCloseTo(2, 2);
    expect(penaltyMs / hourMs).toBeCloseTo(3, 2);
  });

  it('both run out by themselves', async () => {
    const store = await engine().open();
    const key = newKey();
    await store.reserve(key, add(20, hourMs));
    // Asked for nothing, a store reserves nothing.
    await expect.poll(async () => (await store.reserve(key, add(0))).reservedMs).toBe(0);
    const { reservedMs, penaltyMs } = await store.reserve(key, add(10));
    expect(reservedMs).toBe(10);
    expect(penaltyMs).toBeLessThan(hourMs);
    expect(penaltyMs / hourMs).toBeCloseTo(1, 1);
  });

  it('what is given back can be reserved again', async () => {
    const store = await engine().open();
    const key = newKey();
    await store.reserve(key, add(hourMs, hourMs));
    const { reservedMs, penaltyMs } = await store.reserve(key, add(-hourMs / 2));
    expect(reservedMs / hourMs).toBeCloseTo(0.5, 2);
    expect(penaltyMs / hourMs).toBeCloseTo(1, 2);
  });

  it('no more is given back than was reserved', async () => {
    const store = await engine().open();
    const key = newKey();
    expect(await store.reserve(key, add(-50))).toEqual({ reservedMs: 0, penaltyMs: 0 });
    await store.reserve(key, add(1_000));
    expect((await store.reserve(key, add(-hourMs))).reservedMs).toBe(0);
    expect((await store.reserve(key, add(10))).reservedMs).toBe(10);
  });

  it('keys do not wait for each other', async () => {
    const store = await engine().open();
    await store.reserve(newKey(), add(hourMs));
    expect(await store.reserve(newKey(), add(10))).toEqual({ reservedMs: 10, penaltyMs: 0 });
  });

  it('several processes never reserve the same', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => engine().open()));
    const key = newKey();
    const reserved = await Promise.all(
      stores.flatMap((store) => Array.from({ length: 50 }, () => store.reserve(key, add(hourMs)))),
    );
    const hours = reserved.map(({ reservedMs }) => Math.ceil(reservedMs / hourMs)).sort((a, b) => a - b);
    expect(hours).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  it('a clock that is set back by an hour does not stop it', async () => {
    const store = await engine().open();
    const key = newKey();
    await store.reserve(key, add(10, 10));
    await engine().setAhead(key, hourMs);
    expect(await store.reserve(key, add(20))).toEqual({ reservedMs: 20, penaltyMs: 0 });
  });
}
