import { randomUUID } from 'node:crypto';
import type { RateStore } from '@nexconn-kit/client';
import { expect, it } from 'vitest';
import { until } from '../support/until.js';

/** What the suite needs of an engine. */
export interface RateStoreEngine {
  /** Returns a store over a connection of its own, as another process would have. */
  readonly open: () => Promise<RateStore>;
  /** Moves all times of a key that far into the future, as a clock does that is set back. */
  readonly setAhead: (key: string, ms: number) => Promise<void>;
  /** Puts what no fleet can have kept in the place of what both stretches of a key end at. */
  readonly spoil: (key: string, value: 'Infinity' | 'NaN' | 'text' | 'far ahead') => Promise<void>;
  /** Moves when a member has asked last that far into the past. */
  readonly setSeen: (key: string, id: string, msAgo: number) => Promise<void>;
}

const hourMs = 3_600_000;
const slotMs = 420_000;

/** What every rate store must do; each calls it with an engine that is real. */
export function rateStoreSuite(engine: () => RateStoreEngine): void {
  const newKey = (): string => `nexconn:rate:${randomUUID()}:issueAccessToken`;
  const add = (reservedMs: number, penaltyMs = 0) => ({ reservedMs, penaltyMs });
  const member = { id: 'one', isBusy: true, perSecond: 200, silentAfterMs: 5_000 };

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
    await until(async () => expect((await store.reserve(key, add(0))).reservedMs).toBe(0));
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
      stores.flatMap((store) => Array.from({ length: 50 }, () => store.reserve(key, add(slotMs)))),
    );
    // Together less than a day, beyond which nothing is believed.
    const slots = reserved.map(({ reservedMs }) => Math.ceil(reservedMs / slotMs)).sort((a, b) => a - b);
    expect(slots).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  const fleetOf = async (key: string, more: Partial<typeof member> = {}) =>
    (await (await engine().open()).reserve(key, add(0), { ...member, ...more })).fleet;

  it('whoever tells of itself is told who shares the limit, and the lowest one of them', async () => {
    const key = newKey();
    expect(await (await engine().open()).reserve(key, add(10, 20), member)).toEqual({
      ...{ reservedMs: 10, penaltyMs: 20, fleet: { members: 1, silent: 0, perSecond: 200 } },
    });
    expect(await fleetOf(key, { id: 'two', perSecond: 100 / 3 })).toEqual({
      members: 2,
      silent: 0,
      perSecond: 100 / 3,
    });
    expect(await fleetOf(key)).toEqual({ members: 2, silent: 0, perSecond: 100 / 3 });
    expect(await fleetOf(newKey())).toEqual({ members: 1, silent: 0, perSecond: 200 });
    expect(await (await engine().open()).reserve(key, add(0))).not.toHaveProperty('fleet');
  });

  it('a busy member that asks nothing is silent, for less after a minute, and forgotten after five', async () => {
    const key = newKey();
    await fleetOf(key, { id: 'busy' });
    await fleetOf(key, { id: 'idle', isBusy: false, perSecond: 50 });
    await engine().setSeen(key, 'busy', 10_000);
    await engine().setSeen(key, 'idle', 10_000);
    expect(await fleetOf(key)).toEqual({ members: 3, silent: 1, perSecond: 50 });
    await engine().setSeen(key, 'idle', 61_000);
    expect(await fleetOf(key)).toEqual({ members: 2, silent: 1, perSecond: 200 });
    await engine().setSeen(key, 'busy', 180_000);
    const { members, silent } = (await fleetOf(key)) ?? { members: 0, silent: 0 };
    expect(members).toBe(2);
    expect(silent).toBeCloseTo(0.5, 1);
    await engine().setSeen(key, 'busy', 301_000);
    expect(await fleetOf(key)).toEqual({ members: 1, silent: 0, perSecond: 200 });
    await fleetOf(key, { id: 'busy', isBusy: false });
    expect(await fleetOf(key)).toEqual({ members: 2, silent: 0, perSecond: 200 });
  });

  it('a member of a clock that was set back since is forgotten', async () => {
    const key = newKey();
    await fleetOf(key, { id: 'other' });
    await engine().setSeen(key, 'other', -hourMs);
    expect(await fleetOf(key)).toEqual({ members: 1, silent: 0, perSecond: 200 });
  });

  it.each(['Infinity', 'NaN', 'text', 'far ahead'] as const)(
    'what no fleet can have reserved is forgotten (%s), and counts anew from then on',
    async (value) => {
      const store = await engine().open();
      const key = newKey();
      await store.reserve(key, add(hourMs, hourMs), member);
      await engine().spoil(key, value);
      expect(await store.reserve(key, add(20, 30), member)).toMatchObject({ reservedMs: 20, penaltyMs: 30 });
      expect((await store.reserve(key, add(hourMs, 0), member)).reservedMs / hourMs).toBeCloseTo(1, 2);
    },
  );

  it('a member whose limit is none keeps nobody from sending', async () => {
    const key = newKey();
    const store = await engine().open();
    for (const perSecond of [0, -5])
      await store.reserve(key, add(0), { ...member, id: `of${perSecond + 9}`, perSecond });
    expect(await fleetOf(key)).toEqual({ members: 3, silent: 0, perSecond: 200 });
  });

  it('a clock that is set back by an hour does not stop it', async () => {
    const store = await engine().open();
    const key = newKey();
    await store.reserve(key, add(10, 10));
    await engine().setAhead(key, hourMs);
    expect(await store.reserve(key, add(20))).toEqual({ reservedMs: 20, penaltyMs: 0 });
  });
}
