/** A window is taken for so much longer: requests come closer together than they were sent, and not all of it is seen. */
export const spareMs = 4;
/** The same for a place that was used late; less, so that lateness wears off. */
const lateSpareMs = 2;

/** A request's place in the window; takes by how much later than usual the request was counted, at the most. */
export type Place = (lateMs: number) => void;

/** The places of a window, each for one request. */
export interface Places {
  /** Gives when there is a free one; a time in the past where there is one now. */
  readonly freeAt: (now: number) => number;
  readonly take: (now: number) => Place;
}

/** Gives when the place of a request is free again; one that was not answered may have been counted a window later. */
export function freeAgainAt(usedAt: number, windowMs: number, lateMs: number = windowMs): number {
  return usedAt + Math.min(lateMs, windowMs) + windowMs + lateSpareMs;
}

/** Makes the places of a window: one that is not free yet holds up no other. */
export function createPlaces(limit: number, windowMs: number): Places {
  let free = limit;
  // When those that were answered are free, in order; from `head` on, since taking off the first of very many is slow.
  let freeAts: number[] = [];
  let head = 0;
  // Those that were not, in the order of their use.
  const open = new Set<{ readonly freeAt: number }>();

  function add(freeAt: number): void {
    let at = freeAts.length;
    while (at > head && (freeAts[at - 1] as number) > freeAt) at -= 1;
    freeAts.splice(at, 0, freeAt);
  }

  function collect(now: number): void {
    while (head < freeAts.length && (freeAts[head] as number) <= now) {
      head += 1;
      free += 1;
    }
    if (head * 2 > freeAts.length) [freeAts, head] = [freeAts.slice(head), 0];
    for (const use of open) {
      if (use.freeAt > now) break;
      open.delete(use);
      free += 1;
    }
  }

  return {
    freeAt(now) {
      if (free === 0) collect(now);
      if (free > 0) return Number.NEGATIVE_INFINITY;
      const { value: oldest } = open.values().next();
      return Math.min(freeAts[head] ?? Number.POSITIVE_INFINITY, oldest?.freeAt ?? Number.POSITIVE_INFINITY);
    },
    take(now) {
      free -= 1;
      const use = { freeAt: freeAgainAt(now, windowMs) };
      open.add(use);
      return (lateMs) => {
        // Somebody else may have it by now.
        if (open.delete(use)) add(freeAgainAt(now, windowMs, lateMs));
      };
    },
  };
}
