import { describe, expect, it } from 'vitest';
import { createPenalty, type Penalty } from './penalty.js';

/** Asks as a process does; what is kept in the store runs out by the same clock. */
function ask(penalty: Penalty, store: { endsAt: number }, refused: number, now: number): number {
  const changeMs = penalty.change(refused, now);
  store.endsAt = now + Math.max(0, Math.max(0, store.endsAt - now) + changeMs);
  penalty.note(store.endsAt - now, now);
  return changeMs;
}

describe('the penalty of one process', () => {
  it('is eight seconds for each refused request, 1 % of the spacing, and runs out', () => {
    const [penalty, store] = [createPenalty(1_000), { endsAt: 0 }];
    expect([ask(penalty, store, 0, 0), penalty.factor()]).toEqual([0, 1]);
    expect([ask(penalty, store, 1, 100), penalty.factor()]).toEqual([8_000, 1.01]);
    expect([ask(penalty, store, 0, 4_100), penalty.factor()]).toEqual([0, 1.005]);
    expect([ask(penalty, store, 0, 60_000), penalty.factor()]).toEqual([0, 1]);
  });

  it('is 20 seconds for those of three windows, however many, and again as much for what there was', () => {
    const [penalty, store] = [createPenalty(1_000), { endsAt: 0 }];
    ask(penalty, store, 0, 0);
    expect([ask(penalty, store, 2, 100), ask(penalty, store, 2, 100), ask(penalty, store, 50, 100)]).toEqual([
      16_000, 4_000, 0,
    ]);
    expect(ask(penalty, store, 50, 2_999)).toBeCloseTo(2_899);
    // What was added has not run out by then.
    expect(ask(penalty, store, 50, 3_000)).toBeCloseTo(19_999 + 20_000);
    expect(ask(penalty, store, 50, 5_999)).toBeCloseTo(2_999);
  });

  it('grows to 22 % where requests go on being refused, and by no more', () => {
    const [penalty, store] = [createPenalty(1_000), { endsAt: 0 }];
    for (let now = 0; now <= 20_000; now += 100) ask(penalty, store, 20, now);
    expect(penalty.factor()).toBeCloseTo(1.22);
    penalty.note(500_000, 20_000);
    expect(penalty.factor()).toBeCloseTo(1.22);
  });
});

describe('the penalty of a fleet', () => {
  it('is no more for requests of several that are refused at once: each takes its own back', () => {
    const store = { endsAt: 0 };
    const fleet = Array.from({ length: 20 }, () => createPenalty(1_000));
    for (const each of fleet) ask(each, store, 0, 0);
    // All of them ask before any of them has an answer.
    const added = fleet.map((each) => each.change(3, 100));
    expect(new Set(added)).toEqual(new Set([20_000]));
    fleet.forEach((each, before) => {
      each.note((before + 1) * 20_000, 100);
    });
    store.endsAt = 100 + 20 * 20_000;
    for (const _ of [1, 2]) for (const each of fleet) ask(each, store, 0, 200);
    expect(store.endsAt - 100).toBe(20_000);
  });

  it('which a process finds as it comes is not its own to take back', () => {
    const penalty = createPenalty(1_000);
    expect(penalty.change(0, 0)).toBe(0);
    penalty.note(171_000, 0);
    expect(penalty.change(0, 0)).toBe(0);
    expect(penalty.change(1, 0)).toBe(5_000);
    penalty.note(216_000, 0);
    expect(penalty.change(0, 0)).toBe(-5_000);
    penalty.note(211_000, 0);
    expect(penalty.change(0, 0)).toBe(0);
  });

  it('may be told before the process knows it: nothing is taken back of what was there', () => {
    const penalty = createPenalty(1_000);
    expect(penalty.change(1, 0)).toBe(8_000);
    penalty.note(60_000, 0);
    expect(penalty.change(0, 500)).toBe(0);
  });
});
