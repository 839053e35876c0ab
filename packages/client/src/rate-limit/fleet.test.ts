import { describe, expect, it, vi } from 'vitest';
import { createFleet } from './fleet.js';
import type { RateFleet } from './rate-store.js';

function makeFleet({ limit = 200, windowMs = 1000, shareWithoutStore = 0.1, isTold = true } = {}) {
  const seen = { now: 0, limits: [] as number[] };
  const fleet = createFleet({
    ...{ key: 'key', limit, windowMs, shareWithoutStore },
    ...{ monotonicNow: () => seen.now, startTimer: () => () => {} },
    ...{
      onPermits: () => {},
      onLost: () => {},
      onFound: () => {},
      ...(isTold && { onLimit: (perSecond: number) => seen.limits.push(perSecond) }),
    },
  });
  function note(answered: Partial<RateFleet> | undefined, isBusy = true): void {
    seen.now += 1_000;
    const told = fleet.tell(isBusy);
    if (!told) throw new Error('It tells nothing.');
    fleet.note(told, answered && { members: 1, silent: 0, perSecond: 200, ...answered });
  }
  return { ...fleet, seen, note };
}

describe('a process tells of itself', () => {
  it('four times a second, and at once where it becomes busy or is no longer', () => {
    const { tell, note, isKnownBusy, seen } = makeFleet();
    expect(tell(false)).toMatchObject({ isBusy: false, perSecond: 200, id: expect.stringMatching(/^[0-9a-z]+$/) });
    note({}, true);
    expect([isKnownBusy(), tell(true)]).toEqual([true, undefined]);
    expect(tell(false)).toMatchObject({ isBusy: false });
    seen.now += 249;
    expect(tell(true)).toBeUndefined();
    seen.now += 1;
    expect(tell(true)).toMatchObject({ isBusy: true });
    note({}, false);
    expect([isKnownBusy(), tell(false)]).toEqual([false, undefined]);
  });

  it('is not known for busy by a store that does not count', () => {
    const { note, isKnownBusy } = makeFleet();
    note(undefined, true);
    expect(isKnownBusy()).toBe(false);
  });

  it('is not known for busy before it has told', () => {
    const { isKnownBusy, tell } = makeFleet();
    expect([isKnownBusy(), tell(true)?.isBusy, isKnownBusy()]).toEqual([false, true, false]);
  });

  it('by a name even where chance has none', () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(makeFleet().tell(true)?.id).toBe('0');
    random.mockRestore();
  });

  it('by the name of one process', () => {
    expect(makeFleet().tell(true)?.id).not.toBe(makeFleet().tell(true)?.id);
  });

  it('is silent later where there are more, who each get fewer slots', () => {
    const { tell, note, aloneAfterMs, spacingMs } = makeFleet();
    expect(tell(true)?.silentAfterMs).toBeCloseTo(1_000 + 2 * spacingMs());
    expect(aloneAfterMs()).toBe(0);
    note({ members: 1 });
    expect(aloneAfterMs()).toBe(0);
    note({ members: 2 });
    expect(aloneAfterMs()).toBeCloseTo(1_500 + 4 * spacingMs());
    note({ members: 100 });
    expect(tell(false)?.silentAfterMs).toBeCloseTo(1_000 + 200 * spacingMs());
    // The others have asked at least once by then.
    expect(aloneAfterMs()).toBeCloseTo(1_500 + 200 * spacingMs());
  });
});

describe('what a process may take alone', () => {
  it.each([
    [{}, undefined, { limit: 20, windowMs: 1000 }],
    [{}, { members: 4 }, { limit: 20, windowMs: 1000 }],
    [{}, { members: 20 }, { limit: 10, windowMs: 1000 }],
    [{ shareWithoutStore: 1 }, { members: 1 }, { limit: 200, windowMs: 1000 }],
    [{ shareWithoutStore: 1 }, { members: 3 }, { limit: 66, windowMs: 1000 }],
    [{}, { members: 400 }, { limit: 1, windowMs: 2000 }],
    [{}, { members: 2, perSecond: 50 }, { limit: 5, windowMs: 1000 }],
  ])('with %j, told %j, is %j', (options, answered, expected) => {
    const { note, share } = makeFleet(options);
    note(answered);
    expect(share()).toEqual(expected);
  });

  it('stays as it was where the store fails to count for once', () => {
    const { note, share } = makeFleet();
    note({ members: 20 });
    note(undefined);
    expect(share()).toEqual({ limit: 10, windowMs: 1000 });
  });

  it('is told by the second, whatever the window is', () => {
    const { tell, share, spacingMs } = makeFleet({ limit: 600, windowMs: 60_000 });
    expect(tell(true)?.perSecond).toBe(10);
    expect(share()).toEqual({ limit: 60, windowMs: 60_000 });
    expect(spacingMs()).toBeCloseTo(100.75);
  });

  it('is left out by the others, down to a twentieth', () => {
    const { note, spacingMs, distanceMs } = makeFleet();
    expect(distanceMs()).toBe(spacingMs());
    note({ members: 4, silent: 2 });
    expect(distanceMs()).toBeCloseTo(spacingMs() / 0.8);
    note({ members: 20, silent: 10 });
    expect(distanceMs()).toBeCloseTo(spacingMs() / 0.5);
    note({ members: 10, silent: 10 });
    expect(distanceMs()).toBeCloseTo(spacingMs() * 20);
  });
});

it('an even share is that of all who are there, and unknown where nobody counts them', () => {
  const { note, evenShareMs, distanceMs } = makeFleet();
  expect(evenShareMs()).toBe(Number.POSITIVE_INFINITY);
  note({ members: 4, silent: 2 });
  expect(evenShareMs()).toBeCloseTo(4 * distanceMs());
});

describe('the limit in force', () => {
  it('need not be told to anybody', () => {
    const { seen, note, spacingMs } = makeFleet({ isTold: false });
    const ownMs = spacingMs();
    note({ perSecond: 50 });
    expect([spacingMs() / ownMs, seen.limits]).toEqual([4, []]);
  });

  it('is the lowest one, never above the own one, and each change is told', () => {
    const { note, spacingMs, seen } = makeFleet();
    const ownMs = spacingMs();
    note({ perSecond: 200 });
    expect(seen.limits).toEqual([]);
    note({ perSecond: 50 });
    note({ perSecond: 50 });
    expect(spacingMs()).toBeCloseTo(4 * ownMs);
    // A store that fails to count for once changes nothing.
    note(undefined);
    note({ perSecond: 300 });
    expect(seen.limits).toEqual([50, 200]);
    expect(spacingMs()).toBe(ownMs);
  });
});
