/** How much wider apart the slots of a fleet are, since requests were refused, as one of its processes knows it. */
export interface Penalty {
  /** Returns what a question adds in milliseconds, for so many refused requests; below 0 for what was added too much. */
  readonly change: (refused: number, now: number) => number;
  /** Must be called with what the store answered to that. */
  readonly note: (penaltyMs: number, now: number) => void;
  /** Returns by what the spacing is multiplied. */
  readonly factor: () => number;
}

/** Each refused request widens the spacing of slots by `step`, which decays within `lastsMs`; all of them last for `maxMs`. */
const [step, lastsMs, maxMs] = [0.01, 8_000, 176_000];
/**
 * What those of one moment add at the most, in the whole fleet, beside as much as there was before. However many were refused
 * in it, as after a service has stood still or at the start of a crowd, they tell of one bad moment; where such moments come
 * again, they count in full.
 */
const moment = { windows: 3, mostMs: 20_000 };

/** Creates the penalty of one process. */
export function createPenalty(windowMs: number): Penalty {
  let known: { readonly penaltyMs: number; readonly at: number } | undefined;
  /** What it was as the present moment of this process began. */
  let [baseMs, since] = [0, Number.NEGATIVE_INFINITY];
  /** What the question under way adds, and what is to be taken back of that. */
  let [addedMs, excessMs] = [0, 0];

  /** It runs out with time. */
  function presentMs(now: number): number {
    return known ? Math.max(0, known.penaltyMs - (now - known.at)) : 0;
  }

  const mostMs = (): number => Math.min(maxMs, 2 * baseMs + moment.mostMs);

  return {
    change(refused, now) {
      if (now - since >= moment.windows * windowMs) [baseMs, since] = [presentMs(now), now];
      const roomMs = Math.max(0, mostMs() - presentMs(now));
      addedMs = excessMs > 0 ? 0 : Math.min(refused * lastsMs, roomMs);
      return addedMs - excessMs;
    },
    note(penaltyMs, now) {
      if (!known) baseMs = Math.max(0, penaltyMs - addedMs);
      known = { penaltyMs, at: now };
      // Others were refused at the same time, and have added as much before.
      excessMs = Math.max(0, Math.min(addedMs, penaltyMs - mostMs()));
    },
    factor: () => 1 + (Math.min(known?.penaltyMs ?? 0, maxMs) / lastsMs) * step,
  };
}
